"""Features against the slow obvious way: what happened, was known and still stood before the moment, to the second."""

from datetime import timedelta

import pyarrow as pa
import pytest
from brute_force import features
from fake_tables import FakeTables, day
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.transform import features_at

CUSTOMERS = ("a", "b")
# A grid of days and a few exact seconds around window borders, so that borders and ties really happen.
MOMENTS = st.builds(
    lambda days, seconds: day(days) + timedelta(seconds=seconds),
    st.sampled_from([0, 1, 7, 23, 30, 37, 60, 83, 90, 97, 120, 365, 372, 395, 400]),
    st.sampled_from([-1, 0, 0, 1]),
)


def versions(**columns: st.SearchStrategy[object]) -> st.SearchStrategy[list[dict[str, object]]]:
    """Rows that may be known late, and a second version of some."""
    late = st.sampled_from([0, 0, 0, 1, 3600, 8 * 86400])
    return st.lists(st.fixed_dictionaries({**columns, "_late": late, "_again": st.one_of(st.none(), st.just(2 * 86400))}), max_size=12)


def settled(rows: list[dict[str, object]], happened_at: str, key: str, redraw: str | None = None) -> list[dict[str, object]]:
    """Give keys and known times; a second version replaces the first from the moment it is known."""
    found = []
    for number, row in enumerate(rows):
        plain = {name: value for name, value in row.items() if not name.startswith("_")}
        known = plain[happened_at] + timedelta(seconds=row["_late"])
        again = None if row["_again"] is None else known + timedelta(seconds=row["_again"])
        found.append(plain | {key: f"{key}{number:03d}", "known_at": known, "superseded_at": again})
        if again is not None:
            second = plain | {key: f"{key}{number:03d}", "known_at": again, "superseded_at": None}
            if redraw is not None and isinstance(second[redraw], float):
                second[redraw] = second[redraw] * 2
            found.append(second)
    return found


WHO = st.sampled_from(CUSTOMERS)
TRANSACTIONS = versions(
    customer_id=WHO,
    occurred_at=MOMENTS,
    amount=st.sampled_from([10.0, 0.1, 99.99, 1234.56, -20.0]),
    category=st.sampled_from(["travel", "dining", "repayment", "instalment", None]),
)
CONTACTS = versions(
    customer_id=WHO,
    started_at=MOMENTS,
    channel=st.sampled_from(["voice", "app", "wechat"]),
    contact_reason=st.sampled_from(["limit", "complaint", None]),
    wait_seconds=st.sampled_from([0.0, 12.5, 300.0, None]),
    resolved=st.sampled_from([True, False, None]),
    complaint=st.sampled_from([True, False, None]),
)
EVENTS = versions(
    customer_id=WHO,
    occurred_at=MOMENTS,
    channel=st.sampled_from(["app", "wechat", "web_chat"]),
    event=st.sampled_from(["login", "self_service_done", "self_service_abandoned"]),
)
PEOPLE = versions(
    customer_id=WHO,
    updated_at=MOMENTS,
    birth_year=st.sampled_from([1980, None]),
    value_tier=st.sampled_from(["gold", "basic", None]),
    marketing_consent=st.sampled_from([True, False, None]),
)
PROPOSALS = versions(customer_id=WHO, proposed_at=MOMENTS, action_id=st.sampled_from(["x", "y"]))
OUTCOMES = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from(["presented", "accepted", "declined", "converted", "cancelled", "opted_out"]),
        st.sampled_from([0, 1, 86400, 40 * 86400]),
        st.sampled_from([0, 86400]),
    ),
    max_size=12,
    unique_by=lambda told: told[:2],
)
WORLDS = st.fixed_dictionaries(
    {
        "transactions": TRANSACTIONS,
        "contacts": CONTACTS,
        "channel_events": EVENTS,
        "customers": PEOPLE,
        "proposals": PROPOSALS,
        "outcomes": OUTCOMES,
    }
)


def tables(drawn: dict[str, list[object]]) -> dict[str, list[dict[str, object]]]:
    proposals = settled(drawn["proposals"], "proposed_at", "decision_id")
    distinct = list({row["decision_id"]: row for row in proposals}.values())
    outcomes = [
        {
            "decision_id": distinct[place]["decision_id"],
            "action_id": distinct[place]["action_id"],
            "outcome": outcome,
            "occurred_at": distinct[place]["proposed_at"] + timedelta(seconds=after),
            "known_at": distinct[place]["proposed_at"] + timedelta(seconds=after + late),
            "superseded_at": None,
        }
        for place, outcome, after, late in drawn["outcomes"]
        if place < len(distinct)
    ]
    people = settled(drawn["customers"], "updated_at", "row")
    return {
        "transactions": settled(drawn["transactions"], "occurred_at", "transaction_id", redraw="amount"),
        "contacts": settled(drawn["contacts"], "started_at", "interaction_id", redraw="wait_seconds"),
        "channel_events": settled(drawn["channel_events"], "occurred_at", "event_id"),
        "customers": _distinct_versions(people),
        "proposals": proposals,
        "outcomes": outcomes,
    }


def _distinct_versions(people: list[dict[str, object]]) -> list[dict[str, object]]:
    # The lake never holds two versions of one customer with the same times.
    return list({(row["customer_id"], row["updated_at"], row["known_at"]): row for row in people}.values())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(WORLDS, st.lists(st.tuples(WHO, MOMENTS), min_size=1, max_size=8))
def test_a_feature_sees_exactly_what_was_known_before_its_moment(drawn: dict[str, list[object]], asked: list[tuple[str, object]]) -> None:
    world = tables(drawn)
    moments = pa.table({"customer_id": [who for who, _ in asked], "at": pa.array([at for _, at in asked], pa.timestamp("us"))})
    got = features_at(FakeTables(world), moments)
    for place, (who, at) in enumerate(asked):
        expected = features(world, who, at)
        found = {name: got[name][place].as_py() for name in expected}
        assert found == {name: pytest.approx(value, rel=1e-12) if isinstance(value, float) else value for name, value in expected.items()}
