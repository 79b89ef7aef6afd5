"""Answers: a yes or no is off for the rest of the talk, 'later' has a time, 'never again' outlives every pause, 'wrong number' is about the number."""

from dataclasses import replace
from datetime import timedelta

import pytest
from decision_world import AT, World, action, book, customer, fell, limit, script, shown, told

AB = [action("a"), action("b")]
HERE = {"interaction_id": "i1"}


def decide(*history, **changes):
    return World(book(AB, **changes), customer(history=history)).decide()


def test_what_was_answered_is_off_for_the_rest_of_the_talk_and_the_next_takes_its_place():
    for outcome in ("accepted", "declined", "converted"):
        decision = decide(told(outcome, ago=timedelta(minutes=1), **HERE))
        assert shown(decision)[0] == "b"
        assert fell(decision, "a") == ("answered", "this_interaction")
    assert "a" in shown(decide(told("declined", ago=timedelta(days=40), interaction_id="another")))


def test_a_yes_takes_away_what_it_excludes():
    playbook = book([action("a", excludes=frozenset({"b"})), action("b"), action("c")])
    decision = World(playbook, customer(history=[told("accepted", ago=timedelta(minutes=1), **HERE)])).decide()
    assert fell(decision, "b") == ("answered", "excluded")


def test_later_suppresses_until_its_time_and_not_longer():
    until = AT + timedelta(days=3)
    waiting = decide(told("deferred", until=until))
    assert fell(waiting, "a") == ("contact", "later")
    assert next(notice.until for notice in waiting.withheld if notice.action_id == "a") == until
    assert "a" in shown(decide(told("deferred", until=AT)))


def test_never_again_outlives_every_pause():
    decision = decide(told("opted_out", ago=timedelta(days=3000)), contact_policies=(limit(pause=timedelta(days=1)),))
    assert fell(decision, "a")[0] in {"consent", "answered"}
    assert "a" not in shown(decision)


def test_an_opt_out_of_one_offer_ends_all_marketing_on_every_channel():
    decision = decide(told("opted_out", channel="wechat"))
    assert fell(decision, "b") == ("consent", "opted_out")


def test_wrong_number_says_nothing_about_the_person():
    history = [told("declined", reason="wrong_number", ago=timedelta(days=1), decision_id="w")]
    assert "a" in shown(decide(*history, contact_policies=(limit(outcomes=frozenset({"declined"}), count=1),)))
    here = [told("declined", reason="wrong_number", ago=timedelta(minutes=1), **HERE)]
    assert fell(decide(*here), "b") == ("identity", "wrong_number")


def test_the_order_in_which_news_arrives_changes_nothing():
    history = [told("presented", decision_id="x"), told("declined", decision_id="x", ago=timedelta(hours=3))]
    policies = (limit(outcomes=frozenset({"declined"}), count=1),)
    assert decide(*history, contact_policies=policies).withheld == decide(*history[::-1], contact_policies=policies).withheld


def test_the_card_says_the_yes_and_the_no_in_the_language_of_the_talk():
    bilingual = action("a", accept_label={"en": "Yes", "zh-CN": "好的"}, decline_label={"en": "No", "zh-CN": "不用"})
    words = (script("a"), script("a", script_id="a-warm-zh", language="zh-CN"))
    playbook = book([replace(bilingual, scripts=words)], languages=("en", "zh-CN"))
    for language, said in (("en", ("Yes", "No")), ("zh-CN", ("好的", "不用"))):
        card = next(card for card in World(playbook).decide(language=language).actions if card.action_id == "a")
        assert (card.accept_label, card.decline_label) == said


@pytest.mark.parametrize(
    ("reason", "status"),
    [("no_need", 201), ("never_again", 201), ("She is moving to Harbin in May", 201), ("搬家了", 201), ("no_needd", 422), ("", 201)],
)
def test_a_reason_is_a_word_of_the_playbook_or_a_sentence_beside_it(desk, reason, status):
    decision = desk.decide()
    line = {
        "decision_id": decision["decision_id"],
        "action_id": decision["actions"][0]["action_id"],
        "outcome": "declined",
        "reason": reason,
    }
    answer = desk.post("/v1/outcomes", line)
    assert answer.status_code == status
    if status == 422:
        assert "no_need" in answer.json()["detail"], "refused with the list of what can be"
