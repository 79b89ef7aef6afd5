"""With the clock of requests, life is lived again in its own time and nobody is decided for in a past whose future was seen."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from features.clock import RequestClock
from serving.records.tables import INTERACTIONS, OUTCOMES

T = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
SOLVED = {"resolved": True}


@pytest.fixture
def replayed(open_desk):
    return open_desk(RequestClock())


def ask(desk, at: datetime | str, customer: str = "c001", talk: str = "talk"):
    moment = at if isinstance(at, str) else at.isoformat()
    body = {"interaction_id": talk, "customer_id": customer, "channel": "voice", "scene": SOLVED, "at": moment}
    return desk.post("/v1/decisions", body)


def refused(answer) -> bool:
    return answer.status_code == 422 and answer.json()["errors"][0]["field"] == "at"


def push(desk, at: datetime, number: int = 1, customer: str = "c001"):
    row = {"transaction_id": f"t{number}", "customer_id": customer, "occurred_at": at.isoformat(), "amount": 10}
    answer = desk.post("/v1/events", {"table": "transactions", "rows": [row]})
    assert answer.status_code == 201, answer.text


def test_a_decision_is_made_at_the_moment_the_request_names(replayed):
    answer = ask(replayed, T)
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["decided_at"]) == T


def test_an_earlier_moment_than_the_last_decision_of_that_customer_is_refused_and_the_same_one_is_not(replayed):
    ask(replayed, T)
    assert ask(replayed, T).status_code == 200
    answer = ask(replayed, T - timedelta(seconds=1))
    assert refused(answer)
    assert T.isoformat() in answer.json()["detail"]
    assert ask(replayed, T - timedelta(seconds=1), customer="c002").status_code == 200, "somebody else's past is not over"


def test_an_earlier_moment_than_the_newest_event_in_the_lake_is_refused(replayed):
    push(replayed, T)
    assert refused(ask(replayed, T - timedelta(seconds=1)))
    assert ask(replayed, T - timedelta(seconds=1), customer="c002").status_code == 200
    assert ask(replayed, T + timedelta(seconds=1)).status_code == 200
    push(replayed, T + timedelta(hours=2), 2)
    assert refused(ask(replayed, T + timedelta(hours=1)))


def test_what_was_learned_of_a_customer_long_ago_bounds_their_past(replayed):
    assert refused(ask(replayed, "2024-01-01T00:00:00Z")), "the customer was updated in 2025"
    assert ask(replayed, "2024-01-01T00:00:00Z", customer="nobody").status_code == 200


def test_an_answer_bounds_it_too_and_without_a_time_it_was_given_in_the_talk(replayed):
    decision = ask(replayed, T).json()
    report = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"], "outcome": "declined"}
    replayed.post("/v1/outcomes", report | {"occurred_at": (T + timedelta(minutes=3)).isoformat()})
    replayed.post("/v1/outcomes", report | {"outcome": "presented"})
    times = {row.outcome: row.occurred_at for row in replayed.service.store.rows(select(OUTCOMES))}
    assert times == {"declined": T + timedelta(minutes=3), "presented": T}
    assert refused(ask(replayed, T + timedelta(minutes=2)))
    assert ask(replayed, T + timedelta(minutes=3)).status_code == 200


def test_signals_and_the_end_happen_in_the_talks_own_time(replayed):
    ask(replayed, T)
    told = {"signals": [{"type": "sentiment", "value": -0.8, "at": (T + timedelta(minutes=1)).isoformat()}]}
    answer = replayed.post("/v1/interactions/talk/signals", told)
    assert datetime.fromisoformat(answer.json()["decided_at"]) == T + timedelta(minutes=1)
    replayed.post("/v1/interactions/talk/end", {})
    assert replayed.service.store.first(select(INTERACTIONS)).ended_at == T + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2026-03-12T09:00:00", "timezone"),
        ("9999-12-31T23:59:59Z", "1900 to 2199"),
        ("0001-01-01T00:00:00+14:00", "1900 to 2199"),
        ("now", "datetime"),
    ],
)
def test_a_moment_without_zone_or_out_of_this_world_is_refused(replayed, at, says):
    answer = ask(replayed, at)
    assert refused(answer)
    assert says in answer.json()["errors"][0]["detail"]


def test_by_another_clock_at_is_refused_with_the_mend(desk):
    answer = ask(desk, T)
    assert refused(answer)
    assert "--clock request" in answer.json()["detail"]
