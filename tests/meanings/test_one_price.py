"""An action with a goal has one price: the card, the record's export, the shadow and the simulation say the same."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from decision_world import TableScorer, World, action, book
from small_desk import PEOPLE

from features.events.lake import Lake
from playbooks.load import load_playbook
from playbooks.schema.incremental import GoalTable, Incremental
from serving.cli.exports.decision_analyzer import decision_analyzer
from serving.cli.exports.source import Source
from serving.decision.decide import Models
from serving.decision.incremental import in_holdout
from serving.simulation.tally import Tally
from training.scorer import Gain, Scores

GOAL = "incremental: {holdout: 10 %, goal: {table: channel_events, event: view, topic: points}, within: 2 days}\n"


class Telling(TableScorer):
    """Says an even chance of everything, and of one action what asking adds."""

    def __init__(self, version: str, action_id: str, gain: Gain) -> None:
        super().__init__({}, version=version)
        self.told = {action_id: gain}

    def score(self, customer, talk, action_ids) -> Scores:
        scores = super().score(customer, talk, action_ids)
        gains = {name: gain for name, gain in self.told.items() if name in action_ids}
        return Scores(scores.propensity + 0.3, scores.evidence + 1000.0, {}, gains)


@pytest.fixture
def first(open_desk) -> str:
    return open_desk().decide("before", "c001")["actions"][0]["action_id"]


@pytest.fixture
def desk(open_desk, quiet_book, first, tmp_path):
    folder = Path(copytree(quiet_book, tmp_path / "goal_book"))
    file = folder / "actions" / f"{first}.yaml"
    file.write_text(file.read_text("utf-8").rstrip("\n") + "\n" + GOAL, "utf-8")
    goal = load_playbook(folder).actions[first].incremental.goal
    made = open_desk(PLAYCALL_PLAYBOOK=str(folder), PLAYCALL_SHADOW_SHARE="1")
    made.service.models = Models(Telling("1", first, Gain(goal, 0.25)), Telling("2", first, Gain(goal, -0.5)))
    return made


def decided(desk, first: str) -> tuple[dict, dict]:
    """A decision of the champion's that has the action on a card, and the card."""
    for who in PEOPLE:
        decision = desk.decide(f"talk {who}", who, limit=10) if not in_holdout(first, who, 0.1) else None
        if decision and decision["group"] == "champion":
            return decision, next(card for card in decision["actions"] if card["action_id"] == first)
    raise AssertionError("nobody met the champion")


def test_the_exported_factors_of_an_action_with_a_goal_make_its_priority(desk, first):
    decision, card = decided(desk, first)
    service = desk.service
    source = Source(service.settings.home, service.store, service.playbook("default"), "default", desk.clock.at + timedelta(days=1))
    rows = [
        row for piece in decision_analyzer(source).pieces for row in piece.to_pylist() if row["pxInteractionID"] == decision["decision_id"]
    ]
    priced = {row["pyName"]: row for row in rows if row["Priority"] is not None}
    assert priced[first]["FinalPropensity"] == card["incremental"]["uplift"] == 0.25 != card["propensity"]
    for row in priced.values():
        net = row["FinalPropensity"] * row["ContextWeight"] * row["Value"] * row["Weight"] - row["Cost"]
        assert row["Priority"] == pytest.approx(net)


def test_the_shadow_says_the_uplift_beside_the_propensity_as_the_card_does(desk, first):
    decision, _ = decided(desk, first)
    desk.service.deliver()
    with Lake(desk.service.settings.home).connect() as connection:
        found = connection.sql("SELECT decision_id, action_id, attributes FROM proposals WHERE superseded_at IS NULL").to_arrow_table()
    told = {row["action_id"]: dict(row["attributes"]) for row in found.to_pylist() if row["decision_id"] == decision["decision_id"]}
    assert (told[first]["uplift"], told[first]["shadow_uplift"]) == ("0.25", "0.0"), "below 0 it adds nothing"
    assert float(told[first]["shadow_propensity"]) > 0.2
    others = [attributes for name, attributes in told.items() if name != first]
    assert others
    assert not any({"uplift", "shadow_uplift"} & set(attributes) for attributes in others)


def test_the_simulation_expects_of_an_action_with_a_goal_what_asking_adds():
    goal = Incremental(0.3, GoalTable.TRANSACTIONS, (("category", "instalment"),), timedelta(days=30))
    who = next(f"p{number}" for number in range(100) if not in_holdout("a", f"p{number}", 0.3))
    tally = Tally()
    world = World(book([action("a", incremental=goal)]), champion=Telling("1", "a", Gain(goal.goal, 0.45)))
    card = tally.add(who, world.decide(customer_id=who))
    assert card.action_id == "a"
    assert tally.actions["a"].accepted == card.propensity != 0.45
    assert tally.actions["a"].value - tally.actions["a"].cost == pytest.approx(card.priority) == pytest.approx(44.0)
