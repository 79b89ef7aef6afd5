"""What the model is shown of the talk in training is what it will be shown when it serves."""

from datetime import UTC, datetime, timedelta

import pytest

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from training.training_set import training_set

START = datetime(2026, 1, 1, tzinfo=UTC)
SCENE = {
    "direction": "outbound",
    "contact_reason": "bill_query",
    "need": "emotion",
    "sentiment": "-0.45",
    "wait_seconds": "75.5",
    "transfers": "2",
}


@pytest.fixture
def lake(tmp_path):
    lake = Lake(Home(tmp_path / "home"))
    proposals, outcomes = [], []
    for number in range(200):
        key = {"decision_id": f"d{number}", "action_id": "a"}
        at = START + timedelta(hours=number)
        told = {"interaction_id": f"i{number}", "customer_id": "c1", "channel": "app", "attributes": SCENE if number % 2 else {}}
        proposals.append(key | told | {"proposed_at": at})
        outcomes.append(key | {"outcome": "accepted" if number % 3 else "declined", "occurred_at": at + timedelta(minutes=1)})
    ingest_rows(lake, "customers", [{"customer_id": "c1", "updated_at": START}], known_at=START)
    ingest_rows(lake, "proposals", proposals, known_at=START)
    ingest_rows(lake, "outcomes", outcomes, known_at=START)
    talk = {"interaction_id": "i0", "customer_id": "c1", "started_at": START, "channel": "app", "direction": "inbound"}
    ingest_rows(lake, "contacts", [talk | {"contact_reason": "limit", "wait_seconds": 9, "transfers": 1}], known_at=START)
    return lake


def test_the_scene_on_the_proposal_is_the_talk_of_the_row(lake):
    row = training_set(lake, {}, START + timedelta(days=30)).rows.to_pylist()[1]
    assert {name: row[name] for name in SCENE} == {
        "direction": "outbound",
        "contact_reason": "bill_query",
        "need": "emotion",
        "sentiment": -0.45,
        "wait_seconds": 75.5,
        "transfers": 2.0,
    }


def test_a_proposal_without_a_scene_takes_from_the_contact_what_was_known_at_its_start(lake):
    row = training_set(lake, {}, START + timedelta(days=30)).rows.to_pylist()[0]
    assert (row["direction"], row["contact_reason"], row["wait_seconds"]) == ("inbound", "limit", 9.0)
    assert row["need"] is None
    assert row["transfers"] is None, "how often they were passed on is known when the talk has ended"


def test_a_later_correction_of_the_contact_is_nothing_a_proposal_in_it_knew(lake):
    talk = {"interaction_id": "i0", "customer_id": "c1", "started_at": START, "channel": "app", "direction": "inbound"}
    later = START + timedelta(days=20)
    ingest_rows(lake, "contacts", [talk | {"contact_reason": "card_cancel", "wait_seconds": 999}], known_at=later)
    row = training_set(lake, {}, START + timedelta(days=30)).rows.to_pylist()[0]
    assert (row["contact_reason"], row["wait_seconds"]) == ("limit", 9.0)
