"""L4: the control group measures; it does not teach."""

from datetime import UTC, datetime, timedelta

import pytest

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from training.training_set import training_set

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    """300 answered proposals, every tenth of a customer in the control group."""
    lake = Lake(Home(tmp_path / "home"))
    customers = [{"customer_id": f"c{number}", "updated_at": START} for number in range(30)]
    proposals, outcomes = [], []
    for number in range(300):
        key = {"decision_id": f"d{number}", "action_id": "a"}
        at = START + timedelta(hours=number)
        group = "control" if number % 10 == 0 else "champion"
        told = {"interaction_id": f"i{number}", "customer_id": f"c{number % 30}", "channel": "app", "attributes": {"group": group}}
        proposals.append(key | told | {"proposed_at": at})
        outcomes.append(key | {"outcome": "accepted" if number % 3 else "declined", "occurred_at": at + timedelta(minutes=1)})
    for table, rows in (("customers", customers), ("proposals", proposals), ("outcomes", outcomes)):
        ingest_rows(lake, table, rows, known_at=START + timedelta(days=20))
    return lake


def test_its_random_decisions_stay_out_of_the_training_set(lake):
    learned = training_set(lake, {"a": timedelta(days=7)}, START + timedelta(days=30))
    assert len(learned.label) == 270
