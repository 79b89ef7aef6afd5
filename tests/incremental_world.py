"""A past with a holdout: the sure reach the goal anyway, the persuadable only when they are asked. Who is who stands in their value tier."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
from decision_world import action, book

from features.build import feature_schema, features_at
from features.customer import CustomerFeatures
from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from playbooks.schema.incremental import GoalTable, Incremental
from playbooks.schema.playbook import Playbook
from serving.decision.incremental import in_holdout
from training.uplift.experiment import HOLDOUT, held_back_name

START = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = timedelta(minutes=10)
PEOPLE = 3000
LEARNED = START + EVERY * PEOPLE + timedelta(days=11)
SHARE = 0.3
SURE, PERSUADABLE = "vip", "basic"
GOAL = Incremental(SHARE, GoalTable.TRANSACTIONS, (("category", "instalment"),), timedelta(days=10))
ASKED = {SURE: 0.6, PERSUADABLE: 0.5}
ALONE = {SURE: 0.6, PERSUADABLE: 0.05}


def world_book(told: Incremental | None = GOAL) -> Playbook:
    """`a` with the goal, and `b`, which is worth less and has none."""
    return book([action("a", value=100.0, incremental=told), action("b", value=25.0)])


def tier(number: int) -> str:
    return SURE if number % 2 else PERSUADABLE


def live(home: Home, *, alone: dict[str, float] = ALONE, people: int = PEOPLE, group: str = "champion") -> None:
    """One talk with each of the people, ten minutes apart. Yes is said by those who reach the goal, so that the propensity finds the sure ones."""
    lake, dice = Lake(home), np.random.default_rng(7)
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in ("customers", "proposals", "outcomes", "transactions")}
    for number in range(people):
        who, at = f"c{number:05}", START + EVERY * number
        held = in_holdout("a", who, SHARE)
        reached = dice.random() < (alone if held else ASKED)[tier(number)]
        rows["customers"].append({"customer_id": who, "updated_at": START - timedelta(days=1), "value_tier": tier(number)})
        said = {"group": group, **({held_back_name("a"): str(SHARE)} if held else {})}
        key = {"decision_id": f"d{number}", "customer_id": who, "interaction_id": f"i{number}", "proposed_at": at, "channel": "app"}
        rows["proposals"].append(key | {"action_id": "b", "attributes": said})
        answers = {"b": dice.random() < 0.3}
        if not held:
            rows["proposals"].append(key | {"action_id": "a", "attributes": said | {HOLDOUT: str(SHARE)}})
            answers["a"] = reached
        for action_id, yes in answers.items():
            answered = {"decision_id": f"d{number}", "action_id": action_id, "occurred_at": at + timedelta(minutes=1)}
            rows["outcomes"].append(answered | {"outcome": "accepted" if yes else "declined"})
        if reached:
            bought = {"customer_id": who, "occurred_at": at + timedelta(days=3), "amount": 50.0, "category": "instalment"}
            rows["transactions"].append(bought | {"transaction_id": f"t{number}"})
    for table, some in rows.items():
        ingest_rows(lake, table, some, known_at=START)


def person(home: Home, number: int) -> CustomerFeatures:
    """As the decision reads them when all is over, and with consent."""
    lake, who = Lake(home), f"c{number:05}"
    schema = feature_schema(lake)
    row = features_at(
        lake, pa.table({"customer_id": [who], "at": pa.array([LEARNED.replace(tzinfo=None)], pa.timestamp("us"))})
    ).to_pylist()[0]
    told = row | {"marketing_consent": 1.0}
    numbers = np.array([np.nan if told[name] is None else told[name] for name in schema.numbers], dtype=np.float64)
    return CustomerFeatures(who, True, schema, numbers, tuple(told[name] for name in schema.texts))
