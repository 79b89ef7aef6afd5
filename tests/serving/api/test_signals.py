"""What happens inside a talk changes the advice when it should, and only then."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from serving.records.tables import DECISIONS, INTERACTIONS, SIGNALS, STREAM

PROMOTIONAL = {"sell", "reactivate", "educate", "retain"}


def signals(*told: dict) -> dict:
    return {"signals": list(told)}


def said(text: str, speaker: str = "customer") -> dict:
    return {"type": "utterance", "text": text, "speaker": speaker}


def hear(desk, *told: dict, talk: str = "talk"):
    return desk.post(f"/v1/interactions/{talk}/signals", signals(*told))


def kinds(answer) -> set[str]:
    return {action["kind"] for action in answer.json()["actions"]}


def codes(answer) -> list[str]:
    return [reason["code"] for reason in answer.json()["changed"]["reasons"]]


def stream(desk) -> list[tuple[str, str | None]]:
    return [(row.event, row.body) for row in desk.service.store.rows(select(STREAM).order_by(STREAM.c.seq))]


def test_a_customer_who_turns_angry_is_offered_nothing_and_the_answer_says_why(desk):
    first = desk.decide()
    assert {action["kind"] for action in first["actions"]} & PROMOTIONAL
    answer = hear(desk, {"type": "sentiment", "value": -0.8})
    assert answer.status_code == 200
    assert not kinds(answer) & PROMOTIONAL
    assert answer.json()["scene"]["sentiment"] == -0.8
    assert answer.json()["changed"]["instead_of"] == first["decision_id"]
    assert "fell" in codes(answer)
    assert all(reason["text"] for reason in answer.json()["changed"]["reasons"])


def test_the_fresh_decision_is_a_record_like_any_other(desk):
    desk.decide()
    answer = hear(desk, {"type": "sentiment", "value": -0.8})
    assert desk.get(f"/v1/decisions/{answer.json()['decision_id']}").content == answer.content
    shown = answer.json()["actions"][0]["action_id"]
    report = {"decision_id": answer.json()["decision_id"], "action_id": shown, "outcome": "presented"}
    assert desk.post("/v1/outcomes", report).status_code == 201


def test_the_advice_stands_when_nothing_speaks_against_it(desk):
    desk.decide()
    for told in (said("好的"), {"type": "sentiment", "value": 0.2}, {"type": "fact", "value": {"in_a_hurry": True}}):
        answer = hear(desk, told)
        assert (answer.status_code, answer.content) == (204, b"")
    assert len(desk.service.store.rows(select(DECISIONS))) == 1


def test_a_solved_matter_opens_the_door_at_once(desk):
    first = desk.decide(scene={"contact_reason": "bill_query", "resolved": False})
    assert not {action["kind"] for action in first["actions"]} & PROMOTIONAL
    answer = hear(desk, {"type": "resolved", "value": True})
    assert answer.status_code == 200
    assert answer.json()["actions"][0]["kind"] in PROMOTIONAL
    assert set(codes(answer)) <= {"fell", "better"}


@pytest.mark.parametrize("words", ["我的卡丢了，帮我挂失", "I lost my card, please block my card"])
def test_a_new_matter_in_the_customers_words_closes_it_again(desk, words):
    desk.decide(scene={"contact_reason": "bill_query", "resolved": True})
    answer = hear(desk, said(words))
    assert answer.status_code == 200
    assert answer.json()["scene"]["contact_reason"] == "lost_card"
    assert answer.json()["scene"]["resolved"] is None
    assert not kinds(answer) & PROMOTIONAL


def test_a_question_by_the_way_opens_no_matter(desk):
    desk.decide(scene={"contact_reason": "bill_query", "resolved": True})
    assert hear(desk, said("请问可以再说一遍吗")).status_code == 204


@pytest.mark.parametrize("told", [said("我的卡丢了，我要投诉", "agent"), {"type": "keyword", "value": "投诉", "speaker": "agent"},
                                  {"type": "sentiment", "value": -1, "speaker": "agent"}])  # fmt: skip
def test_what_the_agent_says_never_turns_into_new_advice(desk, told):
    desk.decide()
    assert hear(desk, told).status_code == 204
    assert len(desk.service.store.rows(select(DECISIONS))) == 1
    assert desk.decide()["scene"]["contact_reason"] is None
    assert desk.decide()["scene"]["sentiment"] is None


def test_words_that_hurt_raise_an_alert_with_what_to_say_instead(desk):
    desk.decide()
    assert hear(desk, said("抱歉，这是规定", "agent")).status_code == 204
    event, body = stream(desk)[-1]
    alert = orjson.loads(body)
    assert (event, alert["phrase"], alert["instead"], alert["speaker"]) == ("alert", "这是规定", "我来帮您想办法", "agent")


def test_a_minefield_counts_in_its_scene_and_the_customer_may_say_what_they_like(desk):
    desk.decide()
    hear(desk, said("please calm down", "agent"), said("这是规定吗", "customer"))
    assert not [event for event, _ in stream(desk) if event == "alert"]
    hear(desk, said("I am so angry", "customer"), said("please calm down", "agent"))
    assert [event for event, _ in stream(desk)].count("alert") == 1


def test_what_the_customer_says_bounds_the_offer(desk):
    desk.decide()
    answer = hear(desk, {"type": "fact", "value": {"refused_offers": True}})
    assert answer.status_code == 200
    assert answer.json()["scene"]["facts"] == {"refused_offers": True}
    assert not kinds(answer) & {"sell", "reactivate"}


def test_a_declined_action_makes_room_at_the_next_signal(desk):
    first = desk.decide()["actions"][0]["action_id"]
    decision = desk.decide()
    desk.post("/v1/outcomes", {"decision_id": decision["decision_id"], "action_id": first, "outcome": "declined"})
    answer = hear(desk, said("还有别的吗"))
    assert answer.status_code == 200
    assert first not in [action["action_id"] for action in answer.json()["actions"]]
    assert len(answer.json()["actions"]) == 3


def test_old_advice_is_made_anew(desk):
    desk.decide()
    desk.clock.pass_by(timedelta(minutes=10))
    answer = hear(desk, said("喂，在吗"))
    assert answer.status_code == 200
    assert codes(answer) == ["expired"]


def test_the_state_of_a_talk_survives_a_restart_and_is_one_on_two_workers(open_desk):
    one, other = open_desk(), open_desk()
    one.decide(scene={"contact_reason": "bill_query", "resolved": False})
    hear(one, {"type": "sentiment", "value": -0.8})
    answer = hear(other, {"type": "resolved", "value": True})
    assert not answer.content or not kinds(answer) & PROMOTIONAL
    again = open_desk().decide(scene={})
    assert (again["scene"]["sentiment"], again["scene"]["resolved"], again["scene"]["contact_reason"]) == (-0.8, True, "bill_query")


def test_signals_of_one_talk_at_the_same_moment_are_all_heard(open_desk):
    desks = [open_desk(), open_desk()]
    desks[0].decide()
    facts = ("in_a_hurry", "has_car", "needs_english")
    told = [{"type": "fact", "value": {name: True}} for name in facts] + [{"type": "sentiment", "value": 0.5}]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda pair: hear(desks[pair[0] % 2], pair[1]), enumerate(told)))
    assert {answer.status_code for answer in answers} <= {200, 204}
    scene = desks[1].decide(scene={})["scene"]
    assert (scene["facts"], scene["sentiment"]) == (dict.fromkeys(facts, True), 0.5)
    assert len(desks[0].service.store.rows(select(SIGNALS))) == 4


def test_what_a_request_says_outranks_what_signals_said(desk):
    desk.decide()
    hear(desk, {"type": "sentiment", "value": -0.8})
    assert desk.decide(scene={"sentiment": 0.4, "resolved": True})["scene"]["sentiment"] == 0.4


def test_a_talk_without_signals_is_what_each_request_says(desk):
    desk.decide(scene={"contact_reason": "bill_query"})
    assert desk.decide(scene={})["scene"]["contact_reason"] is None


def test_the_scene_is_read_from_what_the_customer_said_before_the_first_decision(desk):
    spoken = [{"speaker": "agent", "text": "您要投诉吗"}, {"speaker": "customer", "text": "我的卡丢了，气死我了"}]
    scene = desk.decide(scene={"utterances": spoken})["scene"]
    assert (scene["contact_reason"], scene["need"]) == ("lost_card", "emotion")
    named = desk.decide("other", scene={"contact_reason": "bill_query", "utterances": spoken})["scene"]
    assert named["contact_reason"] == "bill_query"


@pytest.mark.parametrize(
    ("told", "field", "says"),
    [
        ({"type": "mood", "value": 1}, "signals.0.type", "utterance, contact_reason, sentiment, resolved, keyword, fact"),
        ({"type": "utterance", "text": "喂"}, "signals.0.speaker", "customer or agent"),
        ({"type": "utterance", "speaker": "customer"}, "signals.0.text", "words"),
        ({"type": "utterance", "speaker": "robot", "text": "x"}, "signals.0.speaker", "customer or agent"),
        ({"type": "sentiment", "value": 2}, "signals.0.value", "-1 to 1"),
        ({"type": "sentiment", "value": True}, "signals.0.value", "-1 to 1"),
        ({"type": "resolved", "value": "yes"}, "signals.0.value", "true or false"),
        ({"type": "contact_reason", "value": "weather"}, "signals.0.value", "bill_query"),
        ({"type": "fact", "value": {"shoe_size": 43}}, "signals.0.value.shoe_size", "max_monthly_cost"),
        ({"type": "fact", "value": {"max_monthly_cost": "a lot"}}, "signals.0.value.max_monthly_cost", "number"),
        ({"type": "fact", "value": {"max_monthly_cost": True}}, "signals.0.value.max_monthly_cost", "number"),
        ({"type": "fact", "value": 7}, "signals.0.value", "object"),
        ({"type": "resolved", "value": True, "at": "2026-03-10T12:00:00"}, "signals.0.at", "timezone"),
        ({"type": "resolved", "value": True, "colour": "red"}, "signals.0.colour", "not permitted"),
    ],
)
def test_a_wrong_signal_is_refused_and_nothing_of_the_request_is_heard(desk, told, field, says):
    desk.decide()
    answer = hear(desk, told, {"type": "sentiment", "value": -1})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert says in answer.json()["errors"][0]["detail"]
    assert not desk.service.store.rows(select(SIGNALS))


def test_a_talk_nobody_opened_is_not_found_and_one_that_ended_hears_nothing_more(desk):
    assert hear(desk, said("喂"), talk="nobody").status_code == 404
    desk.decide()
    desk.post("/v1/interactions/talk/end", {})
    assert hear(desk, said("喂")).status_code == 409


def test_signals_sent_again_with_their_key_are_heard_once(desk):
    desk.decide()
    answers = [desk.post("/v1/interactions/talk/signals", signals({"type": "sentiment", "value": -0.8}), key="s1") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len(desk.service.store.rows(select(SIGNALS))) == 1
    assert desk.service.store.first(select(INTERACTIONS)).signals_seen == 1
