"""One person: known by any number or name, with one history, one limit and one opt-out, whatever the door; a stranger joins them once known."""

import timeit
from datetime import timedelta

import pytest
from sqlalchemy import select

from features.events.identity import hash_identity
from features.events.lake import Lake
from serving.records.strangers import stranger
from serving.records.tables import DECISIONS, IDEMPOTENCY, INTERACTIONS, MARKS, OUTBOX, OUTCOMES, SIGNALS, STREAM

NUMBER = "+86 138 0013 8000"
PHONE = {"kind": "phone", "value": NUMBER}
WECHAT = {"kind": "wechat", "value": "wx-9"}


def own(desk, customer: str, at: str = "2026-03-01T00:00:00Z", value: str = NUMBER, kind: str = "phone") -> None:
    row = {"kind": kind, "value": value, "customer_id": customer, "verified_at": at}
    answer = desk.post("/v1/events", {"table": "identities", "rows": [row]})
    assert answer.status_code == 201, answer.text
    desk.clock.pass_by(timedelta(seconds=1))


def call(desk, talk: str = "talk", identity: dict = PHONE, **more) -> dict:
    body = {"interaction_id": talk, "identity": identity, "channel": "voice", "scene": {"resolved": True}, "limit": 10}
    answer = desk.post("/v1/decisions", body | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def answered(desk, decision: dict, outcome: str, **more) -> str:
    action = next(action["action_id"] for action in decision["actions"])
    report = {"decision_id": decision["decision_id"], "action_id": action, "outcome": outcome} | more
    assert desk.post("/v1/outcomes", report).status_code == 201
    return action


def test_a_call_is_known_by_its_number_and_the_person_has_one_history_on_every_door(desk):
    own(desk, "c001")
    decision = call(desk)
    assert decision["customer_id"] == "c001"
    assert "customer_unknown" not in decision["degraded"]
    declined = answered(desk, decision, "declined")
    by_name = desk.decide("another talk", customer="c001", channel="wechat", limit=10)
    assert declined not in [action["action_id"] for action in by_name["actions"]]


@pytest.fixture
def both_doors(desk):
    """One person with a number and a WeChat id."""
    own(desk, "c001")
    own(desk, "c001", value="wx-9", kind="wechat")
    return desk


def by_wechat(desk, talk: str) -> dict:
    return call(desk, talk, WECHAT, channel="wechat")


def offered(decision: dict) -> list[str]:
    return [action["action_id"] for action in decision["actions"]]


def test_a_limit_counts_the_calls_and_the_chats_together(both_doors):
    desk, shown = both_doors, None
    for number, ask in enumerate([call, by_wechat, call]):
        decision = ask(desk, f"talk {number}")
        shown = shown or next(action["action_id"] for action in decision["actions"] if action["kind"] == "sell")
        assert shown in offered(decision), "three impressions a week are allowed"
        report = {"decision_id": decision["decision_id"], "action_id": shown, "outcome": "presented"}
        assert desk.post("/v1/outcomes", report).status_code == 201
        desk.clock.pass_by(timedelta(hours=1))
    fourth = by_wechat(desk, "a fourth talk")
    fallen = next(notice for notice in fourth["withheld"] if notice["action_id"] == shown)
    assert fallen["policy_id"] == "seen_three_times"
    assert fallen["until"] is not None


def test_an_opt_out_in_a_chat_ends_marketing_on_the_telephone(both_doors):
    desk = both_doors
    assert [action for action in call(desk)["actions"] if action["kind"] == "sell"]
    answered(desk, by_wechat(desk, "a chat"), "opted_out")
    desk.clock.pass_by(timedelta(seconds=1))
    assert not [action for action in call(desk, "the next call")["actions"] if action["kind"] == "sell"]


def test_never_again_in_a_chat_is_never_again_on_the_telephone(both_doors):
    desk = both_doors
    refused = answered(desk, by_wechat(desk, "a chat"), "declined", reason="never_again")
    desk.clock.pass_by(timedelta(days=300))
    assert refused not in offered(call(desk, "the next call"))


def test_a_number_that_changed_hands_leads_to_its_new_owner_from_then_on(desk):
    own(desk, "c001", "2026-03-01T00:00:00Z")
    own(desk, "c002", "2026-03-05T00:00:00Z")
    assert call(desk)["customer_id"] == "c002"


def test_a_number_that_changed_hands_takes_no_history_and_no_limit_along(desk):
    own(desk, "c001")
    declined = answered(desk, call(desk), "declined", reason="never_again")
    own(desk, "c002", desk.clock.now().isoformat())
    assert declined in offered(call(desk, "the new owner's call"))
    assert declined not in offered(desk.decide("by name", customer="c001", limit=10))


def test_late_news_of_an_earlier_owner_does_not_take_the_number_back(desk):
    own(desk, "c002", "2026-03-05T00:00:00Z")
    own(desk, "c001", "2026-03-01T00:00:00Z")
    assert call(desk)["customer_id"] == "c002"


def test_the_number_itself_is_nowhere_in_the_records(desk):
    own(desk, "c001")
    call(desk)
    body = {"interaction_id": "keyed", "identity": PHONE, "channel": "voice"}
    desk.post("/v1/decisions", body, key="k1")
    desk.post("/v1/decisions", {**body, "identity": {"kind": "phone", "value": NUMBER + "9"}})
    rows = [
        str(row)
        for table in (DECISIONS, INTERACTIONS, MARKS, OUTBOX, IDEMPOTENCY, SIGNALS, STREAM)
        for row in desk.service.store.rows(select(table))
    ]
    assert rows
    assert not [row for row in rows if NUMBER in row]


def test_a_stranger_gets_a_decision_from_defaults_and_says_so(desk):
    decision = call(desk)
    assert "customer_unknown" in decision["degraded"]
    assert decision["actions"]
    assert not [action for action in decision["actions"] if action["kind"] == "sell"], "nobody unknown has agreed to marketing"
    assert NUMBER not in decision["customer_id"]


def test_one_unknown_number_is_one_history(desk):
    declined = answered(desk, call(desk), "declined", reason="never_again")
    again = call(desk, "another talk")
    assert declined not in [action["action_id"] for action in again["actions"]]


def test_a_strangers_talk_joins_the_person_once_known(desk):
    decision = call(desk)
    declined = answered(desk, decision, "declined", reason="never_again")
    desk.post("/v1/interactions/talk/end", {"csat": 2})
    desk.service.deliver()
    own(desk, "c001", "2026-03-10T05:00:00+08:00")
    desk.service.join_strangers()
    kept = desk.service.store
    for table in (DECISIONS, OUTCOMES, INTERACTIONS):
        assert {row.customer_id for row in kept.rows(select(table.c.customer_id))} == {"c001"}
    assert desk.get(f"/v1/decisions/{decision['decision_id']}").json() == decision, "the answer stays as it was given"
    assert declined not in [action["action_id"] for action in desk.decide("later", customer="c001", limit=10)["actions"]]
    desk.service.deliver()
    with Lake(desk.service.settings.home).connect(customers=["c001"]) as connection:
        assert connection.sql("SELECT count(*) FROM contacts WHERE superseded_at IS NULL AND csat = 2").fetchall() == [(1,)]
        assert connection.sql("SELECT count(DISTINCT decision_id) FROM proposals WHERE superseded_at IS NULL").fetchall() == [(2,)]
    assert [row.name.split(":")[0] for row in kept.rows(select(MARKS))] == ["joined"], "merged on the record"
    assert desk.service.join_strangers() == 0


def test_a_strangers_talk_joins_the_customer_whom_the_agent_found_out(desk):
    first = call(desk)
    answered(desk, first, "declined")
    call(desk, "another talk")
    desk.decide("talk", customer="c003")
    owners = {row.decision_id: row.customer_id for row in desk.service.store.rows(select(DECISIONS))}
    assert owners[first["decision_id"]] == "c003"
    assert sorted(owners.values())[-1].startswith("unknown-"), "the other talk is still a stranger's"
    assert {row.customer_id for row in desk.service.store.rows(select(OUTCOMES))} == {"c003"}


def test_a_wrong_number_leads_to_nobody_until_it_is_verified_again(desk):
    own(desk, "c001")
    decision = call(desk)
    answered(desk, decision, "declined", reason="wrong_number")
    desk.clock.pass_by(timedelta(minutes=1))
    again = call(desk, "the next call")
    assert "customer_unknown" in again["degraded"]
    assert again["customer_id"] == stranger(hash_identity(desk.service.callers.key, "phone", NUMBER))
    desk.service.join_strangers()
    assert {row.customer_id for row in desk.service.store.rows(select(DECISIONS))} == {"c001", again["customer_id"]}
    own(desk, "c001", desk.clock.now().isoformat())
    assert call(desk, "a third call")["customer_id"] == "c001"


def test_a_wrong_number_says_nothing_against_the_person(desk):
    own(desk, "c001")
    declined = answered(desk, call(desk), "declined", reason="wrong_number")
    assert declined in [action["action_id"] for action in desk.decide("by name", customer="c001", limit=10)["actions"]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"customer_id": "c001"}, "customer_id"),
        ({"identity": None}, "customer_id"),
        ({"identity": {"kind": "phone"}}, "identity.value"),
        ({"identity": {"kind": "", "value": "1"}}, "identity.kind"),
        ({"identity": {"kind": "phone", "value": "1", "country": "cn"}}, "identity.country"),
    ],
)
def test_who_is_on_the_line_is_said_once_and_whole(desk, change, field):
    answer = desk.post("/v1/decisions", {"interaction_id": "t", "identity": PHONE, "channel": "voice"} | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_looking_up_who_calls_costs_less_than_reading_what_is_known_of_them(desk):
    """The read of a customer's features has the budget of the contract; the number before it must not double that. Best of many, side by side."""
    own(desk, "c001")
    callers, customers, at = desk.service.callers, desk.service.customers, desk.clock.now()
    assert callers.who("default", "phone", NUMBER, at).customer_id == "c001"
    lookup = min(timeit.repeat(lambda: customers.ownership(hash_identity(callers.key, "phone", NUMBER), at), number=20, repeat=40))
    features = min(timeit.repeat(lambda: customers.read("c001", at), number=20, repeat=40))
    assert lookup < features
