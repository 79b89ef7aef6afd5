"""Advice, answer, and what is known of it afterwards, on either database."""

from datetime import timedelta

from small_home import START, open_service

from features.events.lake import Lake
from serving.records.decisions import decisions_in_order, find_decision

HOUR = timedelta(hours=1)


def test_a_decision_and_its_outcomes_are_found_again_after_a_restart(place, database):
    home, service, desk = place
    decision = desk.decide("k1", "talk")
    desk.report(decision, "presented", START + HOUR)
    desk.report(decision, "accepted", START + 2 * HOUR)
    service.store.close()
    again = open_service(home, PLAYCALL_DATABASE_URL=database)
    assert find_decision(again.store, "default", decision["decision_id"]).shown() == decision
    outcomes = [event.outcome for event in again.history.recent("default", "k1")]
    assert outcomes == ["presented", "accepted"]
    again.store.close()


def test_what_was_answered_is_off_for_the_rest_of_the_talk(place):
    _, _, desk = place
    first = desk.decide("k1", "talk")
    desk.report(first, "declined", START + HOUR)
    after = desk.decide("k1", "talk", START + 2 * HOUR)
    assert first["actions"][0]["action_id"] not in [card["action_id"] for card in after["actions"]]


def test_records_come_to_the_lake_once(place):
    home, service, desk = place
    decision = desk.decide("k1", "talk")
    desk.report(decision, "accepted", START + HOUR)
    service.deliver()
    assert service.deliver().lines == 0
    with Lake(home).connect() as connection:
        assert connection.sql("SELECT outcome FROM outcomes").fetchall() == [("accepted",)]
        assert connection.sql("SELECT count(*) FROM proposals").fetchall() == [(len(decision["actions"]),)]


def test_a_proposal_says_what_it_was_ranked_by_and_names_no_model_where_there_was_none(place):
    home, service, desk = place
    decision = desk.decide("k1", "talk")
    service.deliver()
    with Lake(home).connect() as connection:
        told = connection.sql("SELECT action_id, attributes['propensity']::DOUBLE, attributes['model'] FROM proposals ORDER BY rank")
        assert told.fetchall() == [(card["action_id"], card["propensity"], None) for card in decision["actions"]]


def test_decisions_are_told_in_order_whatever_the_page(place):
    _, service, desk = place
    made = [desk.decide("k2", f"talk{number}")["decision_id"] for number in range(7)]
    for some in (1, 3, 100):
        told = [kept.decision_id for page in decisions_in_order(service.store, "default", some) for kept in page]
        assert told == made
    assert list(decisions_in_order(service.store, "another")) == []
