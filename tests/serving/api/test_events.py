"""Events pushed as they happen: checked row by row, durable, counted once, and in the customer's features before the answer."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from features.compact import open_reader
from features.events.lake import Lake
from features.home import Home

ONLINE_WITHIN_SECONDS = 2.0


def paid(number: int = 1, customer: str = "c001", **more) -> dict:
    told = {"transaction_id": f"t{number}", "customer_id": customer, "occurred_at": "2026-03-10T11:30:00+08:00", "amount": 88.5}
    return told | more


def push(desk, table: str, *rows, **more):
    return desk.post("/v1/events", {"table": table, "rows": list(rows)}, **more)


def online(desk, customer: str, feature: str) -> float:
    store = open_reader(desk.service.settings.home)
    return store.read(customer, desk.clock.now() + timedelta(seconds=1)).number(feature)


def in_lake(desk, table: str) -> int:
    return Lake(desk.service.settings.home).counts()[table]


def test_a_transaction_changes_the_online_customer_within_two_seconds_and_nobody_else_is_touched(desk):
    spent, others = online(desk, "c001", "spend_count_30d"), desk.service.customers.read("c002", desk.clock.now()).numbers.tolist()
    start = time.process_time()
    answer = push(desk, "transactions", paid())
    took = time.process_time() - start
    assert (answer.status_code, answer.json()) == (201, {"table": "transactions", "accepted": 1, "refused": [], "online": True})
    assert took < ONLINE_WITHIN_SECONDS
    assert online(desk, "c001", "spend_count_30d") == (spent or 0) + 1
    assert str(desk.service.customers.read("c002", desk.clock.now()).numbers.tolist()) == str(others)


def test_a_trail_event_is_on_the_customers_trail_at_once(desk):
    row = {"event_id": "e1", "customer_id": "c001", "occurred_at": "2026-03-10T03:59:00Z", "channel": "app", "event": "login"}
    assert push(desk, "channel_events", row).status_code == 201
    trail = desk.service.customers.read("c001", desk.clock.now() + timedelta(seconds=1)).trail
    assert [(step.channel, step.event) for step in trail] == [("app", "login")]


def test_withdrawn_consent_stops_all_marketing_with_the_next_decision(desk):
    assert any(action["kind"] == "sell" for action in desk.decide(limit=10)["actions"])
    gone = {"customer_id": "c001", "updated_at": "2026-03-10T11:59:00+08:00", "marketing_consent": False}
    assert push(desk, "customers", gone).status_code == 201
    desk.clock.pass_by(timedelta(seconds=2))
    assert not any(action["kind"] == "sell" for action in desk.decide(limit=10)["actions"])


def test_the_same_row_counts_once_and_a_changed_one_corrects(desk):
    for row in (paid(), paid(), paid(amount=12)):
        assert push(desk, "transactions", row).status_code == 201
        desk.clock.pass_by(timedelta(seconds=1))
    assert in_lake(desk, "transactions") == 1
    assert online(desk, "c001", "spend_30d") == pytest.approx(12)


def test_a_bad_row_is_refused_by_number_whatever_is_wrong_with_it_and_the_others_stand(desk):
    bad = [
        (paid(3, amount="much"), "amount"),
        (paid(4, occurred_at="2026-03-10T11:30:00"), "occurred_at"),
        (paid(5, occurred_at="2031-03-10T11:30:00Z"), "occurred_at"),
        (paid(6, occurred_at="yesterday"), "occurred_at"),
        (paid(7, customer_id=""), "customer_id"),
        ({"transaction_id": "t8"}, "customer_id"),
        ("nonsense", "row"),
        (paid(9, category="a\0b"), "row"),
        (paid(10, category="half \ud83d"), "row"),
    ]
    answer = push(desk, "transactions", paid(1), *[row for row, _ in bad], paid(2))
    assert answer.status_code == 201
    assert answer.json()["accepted"] == 2
    assert [(refused["number"], refused["field"]) for refused in answer.json()["refused"]] == [
        (number, field) for number, (_, field) in enumerate(bad, start=1)
    ]
    assert in_lake(desk, "transactions") == 2


def test_an_undeclared_channel_is_refused_with_the_list_and_makes_no_new_one(desk):
    row = {"event_id": "e1", "customer_id": "c001", "occurred_at": "2026-03-10T03:59:00Z", "channel": "fax", "event": "login"}
    answer = push(desk, "channel_events", row)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "channel"
    assert "wechat" in answer.json()["errors"][0]["detail"]
    assert push(desk, "transactions", paid(channel="pos")).status_code == 201


def test_when_no_row_stands_the_request_is_refused_and_may_be_sent_again_mended(desk):
    assert push(desk, "transactions", paid(amount="much"), key="p1").status_code == 422
    assert push(desk, "transactions", paid(), key="p1").status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"table": "proposals", "rows": [{}]}, "table"),
        ({"table": "weather", "rows": [{}]}, "table"),
        ({"table": "transactions", "rows": []}, "rows"),
        ({"table": "transactions", "rows": [{}] * 1001}, "rows"),
        ({"table": "transactions", "rows": {"a": 1}}, "rows"),
        ({"rows": [{}]}, "table"),
        ({"table": "transactions", "rows": [{}], "zone": "UTC"}, "zone"),
    ],
)
def test_a_body_that_is_none_is_refused_and_the_field_named(desk, body, field):
    answer = desk.post("/v1/events", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_bare_day_is_fine_where_a_day_is_meant(desk):
    row = {"customer_id": "c100", "updated_at": "2026-03-10T03:00:00Z", "opened_on": "2020-05-01"}
    assert push(desk, "customers", row).status_code == 201
    assert push(desk, "customers", row | {"updated_at": "2026-03-10"}).status_code == 422


def test_requests_at_the_same_moment_are_told_of_their_own_rows(desk):
    def send(number: int):
        return number, push(desk, "transactions", paid(number), paid(1000 + number, amount="much"), paid(2000 + number))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(24)))
    for number, answer in answers:
        assert answer.status_code == 201, answer.text
        assert [refused["number"] for refused in answer.json()["refused"]] == [1], number
    assert in_lake(desk, "transactions") == 48


def test_a_push_is_on_disk_when_it_is_answered(desk, open_desk):
    push(desk, "transactions", paid())
    assert Lake(Home(Path(desk.service.settings.home.root))).counts()["transactions"] == 1
    assert online(open_desk(), "c001", "spend_count_30d") == 1


def test_a_talk_that_ended_is_a_contact_of_the_customer(desk):
    desk.decide(
        scene={"contact_reason": "bill_query", "resolved": False}, contact={"wait_seconds": 75, "transfers": 1}, agent={"agent_id": "a7"}
    )
    desk.post("/v1/interactions/talk/signals", {"signals": [{"type": "sentiment", "value": -0.5}, {"type": "resolved", "value": True}]})
    desk.clock.pass_by(timedelta(minutes=5))
    body = {"csat": 4, "nps": 9, "tip": 6.5, "summary": "settled"}
    assert desk.post("/v1/interactions/talk/end", body).status_code == 204
    desk.service.deliver()
    with Lake(desk.service.settings.home).connect(customers=["c001"]) as connection:
        columns = (
            "contact_reason, agent_id, wait_seconds, transfers, resolved, csat, nps, sentiment, attributes['tip'], ended_at - started_at"
        )
        (row,) = connection.sql(f"SELECT {columns} FROM contacts WHERE interaction_id = 'talk'").fetchall()
        assert "settled" not in str(connection.sql("SELECT * FROM contacts").fetchall())
    assert row == ("bill_query", "a7", 75.0, 1, True, 4.0, 9.0, -0.5, "6.5", timedelta(minutes=5))
