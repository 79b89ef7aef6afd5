"""A past made in a moment: every proposal to a customer of its own, whose `mood` decides the answer."""

from datetime import UTC, datetime, timedelta

import numpy as np

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home

START = datetime(2026, 1, 1, tzinfo=UTC)
ACTIONS = ("points_mall", "limit_raise", "app_binding")
EVERY = timedelta(hours=3)
PAST, NEWS = 700, 300
LEARNED = START + EVERY * PAST
TODAY = LEARNED + EVERY * NEWS


def live(home: Home, first: int, count: int, *, mood: float | None = 0.0, liked: float = 1.5, **attributes: object) -> None:
    """Proposals `first` to `first + count`. mood: its mean, None: nobody's is known. liked: how strongly the mood says yes."""
    lake, dice = Lake(home), np.random.default_rng(first)
    customers, proposals, outcomes = [], [], []
    for number in range(first, first + count):
        at, own = START + EVERY * number, dice.normal(mood or 0.0, 1.0)
        told = {} if mood is None else {"mood": f"{own:.3f}"}
        person = {"gender": ("f", "m")[number % 2], "birth_year": 1950 + number % 55, "value_tier": ("gold", "vip")[number % 2]}
        customers.append({"customer_id": f"c{number}", "updated_at": at - timedelta(days=1), "attributes": told, **person})
        key = {"decision_id": f"d{number}", "action_id": ACTIONS[number % 3]}
        said = {name: str(value) for name, value in attributes.items()}
        talk = {"interaction_id": f"i{number}", "customer_id": f"c{number}", "channel": ("voice", "app")[number % 2]}
        proposals.append(key | talk | {"proposed_at": at, "attributes": said})
        yes = dice.random() < 1 / (1 + np.exp(0.5 - liked * own))
        outcomes.append(key | {"outcome": "accepted" if yes else "declined", "occurred_at": at + timedelta(minutes=1)})
    for table, rows in (("customers", customers), ("proposals", proposals), ("outcomes", outcomes)):
        ingest_rows(lake, table, rows, known_at=START)
