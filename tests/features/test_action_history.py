"""Fatigue with one action: the tables at a moment and the online history of that moment say the same numbers."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.action_history import ACTION_NUMBERS, BEFORE_NUMBERS, action_numbers, happened_before
from features.action_history_at import action_features_at
from features.customer import Before, HistoryEvent
from features.events.ingest import ingest_rows_as_lived
from features.events.lake import Lake
from features.home import Home

START = datetime(2025, 1, 1, tzinfo=UTC)
ACTIONS = ("binding", "insurance")
OUTCOMES = ("presented", "accepted", "declined", "deferred", "converted", "cancelled")
PROPOSALS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS), st.integers(0, 500), st.lists(st.tuples(st.sampled_from(OUTCOMES), st.integers(0, 60)), max_size=4)
    ),
    max_size=6,
)


def event(number: int, action: str, day: int, outcome: str, later: int, *, wrong: bool) -> HistoryEvent:
    reason = "wrong_number" if wrong else None
    return HistoryEvent(f"d{number}", action, outcome, "app", START + timedelta(days=day, hours=1 + later), reason=reason)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(proposals=PROPOSALS, wrong=st.integers(0, 12), days=st.lists(st.integers(0, 560), min_size=1, max_size=4))
def test_the_tables_and_the_history_say_the_same(tmp_path_factory, proposals, wrong, days):
    lake = Lake(Home(tmp_path_factory.mktemp("home")))
    made, history = [], []
    for number, (action, day, outcomes) in enumerate(proposals):
        told = {outcome: event(number, action, day, outcome, later, wrong=number == wrong) for outcome, later in outcomes}
        history += told.values()
        made.append(
            {
                "decision_id": f"d{number}",
                "action_id": action,
                "customer_id": "c",
                "channel": "app",
                "proposed_at": START + timedelta(days=day),
            }
        )
    customer = {"customer_id": "c", "updated_at": START - timedelta(days=9)}
    ingest_rows_as_lived(lake, "customers", [customer], now=START + timedelta(days=900))
    ingest_rows_as_lived(lake, "proposals", made, now=START + timedelta(days=900))
    rows = [
        {
            "decision_id": one.decision_id,
            "action_id": one.action_id,
            "outcome": one.outcome,
            "occurred_at": one.occurred_at,
            "reason": one.reason,
        }
        for one in history
    ]
    ingest_rows_as_lived(lake, "outcomes", rows, now=START + timedelta(days=900))
    moments = [START + timedelta(days=day, minutes=30) for day in days]
    asked = pa.table(
        {
            "customer_id": ["c"] * len(moments) * 2,
            "at": pa.array([at for at in moments for _ in ACTIONS], pa.timestamp("us", "UTC")),
            "action_id": list(ACTIONS) * len(moments),
        }
    )
    found = action_features_at(lake, asked)
    expected = np.concatenate([action_numbers(history, ACTIONS, at) for at in moments])
    np.testing.assert_allclose(np.column_stack([found[name].to_numpy() for name in ACTION_NUMBERS]), expected)
    before = np.concatenate([[happened_before(history, at).get(action, (0.0, 0.0, 0.0)) for action in ACTIONS] for at in moments])
    np.testing.assert_allclose(np.column_stack([found[name].to_numpy() for name in BEFORE_NUMBERS]), before)


def test_what_happened_before_is_counted_by_action_and_nothing_of_now():
    at = START + timedelta(days=100)
    history = [
        HistoryEvent("d1", "binding", "presented", "app", at - timedelta(days=80)),
        HistoryEvent("d1", "binding", "declined", "app", at - timedelta(days=79)),
        HistoryEvent("d2", "binding", "accepted", "app", at - timedelta(days=95)),
        HistoryEvent("d3", "insurance", "presented", "app", at),
    ]
    assert happened_before(history, at) == {"binding": Before(1.0, 1.0, 1.0)}
    assert happened_before([], at) == {}
