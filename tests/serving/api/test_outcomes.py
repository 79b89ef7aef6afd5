"""What became of an action: every word and every order of the news has a stated answer."""

from datetime import timedelta

import pyarrow as pa
import pytest
from sqlalchemy import select

from features.events.lake import Lake
from features.transform import features_at
from serving.records.tables import OUTCOMES
from training.label_table import labelled_proposals

ALL_WORDS = ("presented", "accepted", "declined", "deferred", "converted", "cancelled", "opted_out")


def report_of(decision: dict, rank: int = 1, **more: object) -> dict:
    return {"decision_id": decision["decision_id"], "action_id": decision["actions"][rank - 1]["action_id"], "outcome": "presented"} | more


def refused_fields(answer) -> list[tuple[int, str]]:
    return [(refused["number"], refused["field"]) for refused in answer.json()["refused"]]


def offered(desk, **more) -> list[str]:
    return [action["action_id"] for action in desk.decide(limit=10, **more)["actions"]]


@pytest.mark.parametrize("word", ALL_WORDS)
def test_every_word_of_the_list_stands(desk, word):
    answer = desk.post("/v1/outcomes", report_of(desk.decide(), outcome=word))
    assert (answer.status_code, answer.json()) == (201, {"accepted": 1, "repeated": [], "refused": []})


@pytest.mark.parametrize("word", ["Accepted", " accepted", "accepted ", "yes", "", "接受"])
def test_another_word_is_refused_with_the_list_and_not_guessed(desk, word):
    answer = desk.post("/v1/outcomes", report_of(desk.decide(), outcome=word))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "outcome"
    assert ", ".join(ALL_WORDS) in answer.json()["detail"]


def test_an_unknown_decision_is_not_found(desk):
    lost = {"decision_id": "dec_lost", "action_id": "x", "outcome": "accepted"}
    assert desk.post("/v1/outcomes", lost).status_code == 404
    assert desk.post("/v1/outcomes", [lost, lost]).status_code == 404


def test_an_action_the_decision_never_showed_is_refused_with_what_it_showed(desk):
    decision = desk.decide()
    answer = desk.post("/v1/outcomes", report_of(decision, action_id="moon_landing"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "action_id"
    assert decision["actions"][0]["action_id"] in answer.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"occurred_at": "2026-03-10T12:00:00"}, "occurred_at", "timezone"),
        ({"occurred_at": "2026-03-10T12:30:00+08:00"}, "occurred_at", "future"),
        ({"occurred_at": "2026-03-09T12:00:00+08:00"}, "occurred_at", "before the decision"),
        ({"until": "2026-03-17T12:00:00+08:00"}, "until", "deferred"),
        ({"outcome": "deferred", "until": "2026-03-01T12:00:00+08:00"}, "until", "later time"),
        ({"outcome": "deferred", "until": "next week"}, "until", "datetime"),
        ({"outcome": "declined", "reason": "phase_of_the_moon"}, "reason", "too_expensive"),
        ({"value": "much"}, "value", "number"),
        ({"mood": "good"}, "mood", "not permitted"),
        ({"reason": "half a character \ud83d"}, "reason", "unicode"),
        ({"reason": "ends here\0"}, "reason", "NUL"),
    ],
)
def test_what_cannot_be_is_refused_and_the_field_named(desk, change, field, says):
    answer = desk.post("/v1/outcomes", report_of(desk.decide(), **change))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert says in answer.json()["errors"][0]["detail"]
    assert not desk.service.store.rows(select(OUTCOMES))


def test_a_clock_a_little_ahead_of_ours_is_no_future(desk):
    ahead = (desk.clock.now() + timedelta(minutes=4)).isoformat()
    assert desk.post("/v1/outcomes", report_of(desk.decide(), occurred_at=ahead)).status_code == 201


def test_a_bad_line_is_refused_by_number_whatever_is_wrong_with_it_and_the_others_stand(desk):
    good = report_of(desk.decide())
    lines = [
        good,
        good | {"outcome": "maybe"},
        "nonsense",
        {"decision_id": good["decision_id"]},
        good | {"decision_id": "dec_lost"},
        good | {"occurred_at": "2030-01-01T00:00:00Z"},
        good | {"outcome": "accepted"},
        None,
    ]
    answer = desk.post("/v1/outcomes", lines)
    assert answer.status_code == 201
    assert answer.json()["accepted"] == 2
    assert refused_fields(answer) == [(1, "outcome"), (2, "body"), (3, "action_id"), (3, "outcome"), (4, "decision_id"),
                                      (5, "occurred_at"), (7, "body")]  # fmt: skip
    assert {row.outcome for row in desk.service.store.rows(select(OUTCOMES))} == {"presented", "accepted"}


@pytest.mark.parametrize("lines", [[], [{"outcome": "presented"}] * 1001, 7, "x", None])
def test_a_body_that_is_no_outcome_and_no_fitting_list_is_refused(desk, lines):
    assert desk.post("/v1/outcomes", lines).status_code == 422


def test_when_nothing_of_a_list_stands_the_list_is_refused(desk):
    good = report_of(desk.decide())
    answer = desk.post("/v1/outcomes", [good | {"outcome": "maybe"}, good | {"action_id": "x"}])
    assert answer.status_code == 422
    assert [error["number"] for error in answer.json()["errors"]] == [0, 1]


def test_the_first_report_stays_and_a_repeated_one_is_named(desk):
    first = report_of(desk.decide(), outcome="converted", value=100)
    desk.post("/v1/outcomes", first)
    again = desk.post("/v1/outcomes", [first | {"value": 7}, first | {"outcome": "presented"}, first | {"outcome": "presented"}])
    assert again.json() == {"accepted": 3, "repeated": [0, 2], "refused": []}
    kept = {row.outcome: row.value for row in desk.service.store.rows(select(OUTCOMES))}
    assert kept == {"converted": 100.0, "presented": 100.0}


def test_news_may_arrive_in_any_order(desk):
    decision = desk.decide()
    for word in ("cancelled", "converted", "presented", "accepted"):
        assert desk.post("/v1/outcomes", report_of(decision, outcome=word)).status_code == 201


def test_what_was_answered_is_off_for_the_rest_of_the_talk_and_the_next_best_takes_its_place(desk):
    everything = offered(desk)
    decision = desk.decide(limit=3)
    for outcome in ("accepted", "declined"):
        answered = report_of(decision, rank=1, outcome=outcome)
        desk.post("/v1/outcomes", answered)
        later = desk.decide(limit=3)
        names = [action["action_id"] for action in later["actions"]]
        assert answered["action_id"] not in names
        assert len(names) == 3, f"of {len(everything)} allowed, three are still there"
        decision = later


def test_later_keeps_the_action_off_until_the_time_named_and_says_so(desk):
    decision = desk.decide()
    until = desk.clock.now() + timedelta(days=3)
    later = report_of(decision, outcome="deferred", until=until.isoformat())
    desk.post("/v1/outcomes", later)
    desk.clock.pass_by(timedelta(days=2, hours=23))
    answer = desk.decide("another talk", channel="app", limit=10)
    told = next(withheld for withheld in answer["withheld"] if withheld["action_id"] == later["action_id"])
    assert told["policy_id"] == "later"
    assert told["until"].startswith(until.isoformat()[:19])
    desk.clock.pass_by(timedelta(hours=2))
    assert later["action_id"] in offered(desk, interaction="a third talk")


def test_later_without_a_time_is_off_for_this_talk_only(desk):
    later = report_of(desk.decide(), outcome="deferred")
    desk.post("/v1/outcomes", later)
    assert later["action_id"] not in offered(desk)
    assert later["action_id"] in offered(desk, interaction="another talk")


def promotional(desk) -> dict:
    decision = desk.decide(limit=10)
    rank = next(action["rank"] for action in decision["actions"] if action["kind"] in {"sell", "reactivate", "educate"})
    return report_of(decision, rank=rank)


def test_never_again_outlives_every_pause_and_says_nothing_of_other_actions(desk):
    never = promotional(desk) | {"outcome": "declined", "reason": "never_again"}
    desk.post("/v1/outcomes", never)
    for days in (1, 400, 4000):
        desk.clock.pass_by(timedelta(days=days))
        answer = desk.decide(f"after {days}", limit=10)
        told = next(withheld for withheld in answer["withheld"] if withheld["action_id"] == never["action_id"])
        assert (told["policy_id"], told["until"]) == ("never_again", None)
    assert "marketing" not in {withheld["policy_id"] for withheld in answer["withheld"]}
    assert "opted_out" not in {withheld["policy_id"] for withheld in answer["withheld"]}


def test_an_opt_out_ends_all_marketing_at_once_and_everywhere(desk):
    desk.post("/v1/outcomes", promotional(desk) | {"outcome": "opted_out"})
    for channel in ("voice", "app", "wechat"):
        answer = desk.decide(f"on {channel}", channel=channel, limit=10)
        assert answer["actions"]
        assert not [action for action in answer["actions"] if action["kind"] in {"sell", "reactivate", "educate"}]


def test_wrong_number_says_nothing_of_the_person(desk):
    wrong = promotional(desk) | {"outcome": "declined", "reason": "wrong_number"}
    desk.post("/v1/outcomes", wrong)
    here = desk.decide(limit=10)
    assert "wrong_number" in {withheld["policy_id"] for withheld in here["withheld"]}, "nothing is sold to somebody else"
    assert wrong["action_id"] in offered(desk, interaction="the customer calls")


def test_wrong_number_is_no_answer_features_and_labels_could_learn_from(desk):
    decision = desk.decide()
    desk.post("/v1/outcomes", report_of(decision, outcome="presented"))
    desk.service.deliver()
    desk.post("/v1/outcomes", report_of(decision, outcome="declined", reason="wrong_number"))
    desk.post("/v1/outcomes", report_of(decision, rank=2, outcome="declined", reason="no_need"))
    desk.service.deliver()
    lake, later = Lake(desk.service.settings.home), desk.clock.now() + timedelta(days=30)
    assert set(labelled_proposals(lake, {}, later)["label"].to_pylist()) == {None}
    learned = features_at(lake, pa.table({"customer_id": ["c001"], "at": [later]}))
    assert (learned["presented_365d"][0].as_py(), learned["declined_365d"][0].as_py()) == (0.0, 0.0)
    told = desk.get("/v1/insights/actions", role="manager").json()["total"]
    assert (told["presented"], told["declined"]) == (0, 0)
