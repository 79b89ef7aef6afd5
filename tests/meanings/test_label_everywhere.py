"""L5: one function says what a label is; what training reads in SQL says the same for every history."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from training.label_table import labelled_proposals
from training.labels import OutcomeEvent, label

START = datetime(2026, 1, 1, tzinfo=UTC)
WINDOWS = {"a": timedelta(days=3), "b": timedelta(days=10)}
OUTCOMES = ["presented", "accepted", "declined", "deferred", "converted", "cancelled", "opted_out"]
DAYS = st.integers(0, 20)
HISTORIES = st.lists(
    st.lists(st.tuples(st.sampled_from(OUTCOMES), DAYS, DAYS), max_size=5, unique_by=lambda news: news[0]), min_size=1, max_size=6
)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=HISTORIES, as_of=st.integers(1, 40))
def test_the_table_of_labels_says_what_the_function_says(tmp_path_factory, histories, as_of):
    lake = Lake(Home(tmp_path_factory.mktemp("labels") / "home"))
    proposals = [
        {
            "decision_id": f"d{number}",
            "action_id": action,
            "interaction_id": "i",
            "customer_id": "c1",
            "proposed_at": at(0),
            "channel": "app",
        }
        for number in range(len(histories))
        for action in WINDOWS
    ]
    ingest_rows(lake, "proposals", proposals, known_at=at(0))
    expected = {}
    for number, history in enumerate(histories):
        for action, window in WINDOWS.items():
            for outcome, happened, later in history:
                row = {"decision_id": f"d{number}", "action_id": action, "outcome": outcome, "occurred_at": at(happened)}
                ingest_rows(lake, "outcomes", [row], known_at=at(happened + later))
            events = [OutcomeEvent(outcome, at(happened), at(happened + later)) for outcome, happened, later in history]
            expected[f"d{number}", action] = label(events, window, at(as_of))
    table = labelled_proposals(lake, WINDOWS, at(as_of)).to_pylist()
    got = {(row["decision_id"], row["action_id"]): (row["label"], row["decided_by"]) for row in table}
    assert got == {key: (made.value, made.decided_by) for key, made in expected.items()}
