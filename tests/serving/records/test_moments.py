"""Logged moments come back as they were asked, from SQLite and from PostgreSQL, and are found by their keys."""

from datetime import timedelta

import pytest
from small_home import START
from sqlalchemy import event

from serving.records.decisions import find_decisions
from serving.records.moments import last_moments
from serving.records.store import Store

SCENE = {"contact_reason": "bill_query", "resolved": True, "sentiment": -0.1, "need": "issue", "facts": {"max_monthly_cost": 80.0}}


def test_a_moment_is_read_as_it_was_asked_newest_first(place):
    _, service, desk = place
    older = desk.decide("k1", "one", scene=SCENE, language="zh-CN", contact={"wait_seconds": 12.0, "transfers": 1})
    newer = desk.decide("k2", "two", START + timedelta(minutes=1), channel="web_chat")
    second, first = last_moments(service.store, "default", 10)
    assert [second.decision_id, first.decision_id] == [newer["decision_id"], older["decision_id"]]
    moment = first.moment
    assert (moment.customer_id, moment.channel, moment.at, moment.language) == ("k1", "voice", START, "zh-CN")
    assert {name: getattr(moment.scene, name) for name in SCENE} == SCENE
    assert (moment.contact.wait_seconds, moment.contact.transfers) == (12.0, 1)
    assert first.seen.known
    assert next(iter(last_moments(service.store, "default", 10, skip=1))).decision_id == older["decision_id"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_decisions_named_by_their_ids_are_found_without_going_through_all_of_the_tenant(place):
    """SQLite would take an index that begins with the tenant, and so read every decision there is, for twenty ids and more."""
    _, service, desk = place
    for number in range(3):
        desk.decide("k1", f"talk-{number}", START + timedelta(seconds=number))
    asked: list[tuple[str, object]] = []
    event.listen(service.store.reading, "before_cursor_execute", lambda _, __, statement, given, *___: asked.append((statement, given)))
    find_decisions(service.store, "default", {f"dec_{number}" for number in range(500)})
    assert len(list(last_moments(service.store, "default", 10))) == 3
    by_id = [(statement, given) for statement, given in asked if "decision_id IN" in statement]
    assert len(by_id) == 2
    plan = Store(service.store.url)
    for statement, given in by_id:
        with plan.reading.connect() as connection:
            told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
        assert ["decision_id=?" in row[-1] for row in told] == [True], told
    plan.close()
