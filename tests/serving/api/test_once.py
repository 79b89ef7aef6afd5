"""A POST sent again with its Idempotency-Key is answered again, and done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from serving.records.idempotency import LIFETIME, forget_old
from serving.records.tables import DECISIONS, IDEMPOTENCY, OUTCOMES

ASKED = {"interaction_id": "once", "customer_id": "c001", "channel": "voice", "scene": {"resolved": True}}


def count(desk, table) -> int:
    return desk.service.store.first(select(func.count()).select_from(table))[0]


def test_the_same_request_gets_the_same_answer_and_is_done_once(desk):
    first = desk.post("/v1/decisions", ASKED, key="k1")
    again = desk.post("/v1/decisions", ASKED, key="k1")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (200, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert count(desk, DECISIONS) == 1


def test_without_a_key_every_request_is_new(desk):
    assert desk.post("/v1/decisions", ASKED).json()["decision_id"] != desk.post("/v1/decisions", ASKED).json()["decision_id"]


def test_the_answer_is_the_same_on_another_worker_and_after_a_restart(open_desk):
    first = open_desk().post("/v1/decisions", ASKED, key="k1")
    assert open_desk().post("/v1/decisions", ASKED, key="k1").content == first.content


def test_a_key_with_another_request_is_refused_and_says_so(desk):
    desk.post("/v1/decisions", ASKED, key="k1")
    for path, body in (("/v1/decisions", ASKED | {"limit": 5}), ("/v1/interactions/once/end", {})):
        answer = desk.post(path, body, key="k1")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert count(desk, DECISIONS) == 1


def test_a_key_belongs_to_its_holder(desk):
    first = desk.post("/v1/decisions", ASKED, key="k1")
    assert desk.post("/v1/decisions", ASKED, role="manager", key="k1").json()["decision_id"] != first.json()["decision_id"]


def test_after_24_hours_the_key_is_new_again(desk):
    first = desk.post("/v1/decisions", ASKED, key="k1")
    desk.clock.pass_by(LIFETIME - timedelta(seconds=1))
    assert desk.post("/v1/decisions", ASKED, key="k1").content == first.content
    desk.clock.pass_by(timedelta(seconds=2))
    assert desk.post("/v1/decisions", ASKED, key="k1").content != first.content


def test_answers_of_yesterday_are_forgotten(desk):
    desk.post("/v1/decisions", ASKED, key="k1")
    desk.clock.pass_by(LIFETIME)
    assert forget_old(desk.service.store, desk.clock.now()) == 1
    assert count(desk, IDEMPOTENCY) == 0


def test_a_refused_request_does_not_use_up_its_key(desk):
    assert desk.post("/v1/decisions", ASKED | {"channel": "fax"}, key="k1").status_code == 422
    assert desk.post("/v1/decisions", ASKED, key="k1").status_code == 200


def test_an_answer_without_a_body_is_repeated_too(desk):
    desk.decide("talk")
    assert [desk.post("/v1/interactions/talk/end", {"csat": 5}, key="bye").status_code for _ in range(2)] == [204, 204]


def test_a_partly_refused_batch_is_repeated_word_for_word(desk):
    decision = desk.decide()
    good = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"], "outcome": "presented"}
    answers = [desk.post("/v1/outcomes", [good, good | {"outcome": "maybe"}], key="b") for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == 201
    assert answers[0].content == answers[1].content
    assert count(desk, OUTCOMES) == 1


def test_requests_at_the_same_moment_are_done_once_over_two_workers(open_desk):
    desks = [open_desk(), open_desk()]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: desks[number % 2].post("/v1/decisions", ASKED, key="race"), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert count(desks[0], DECISIONS) == 1


@pytest.mark.parametrize("key", ["x" * 256])
def test_a_key_that_is_too_long_is_refused(desk, key):
    answer = desk.post("/v1/decisions", ASKED, key=key)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["errors"][0]["field"]
