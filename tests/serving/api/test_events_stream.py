"""The agent's screen follows at once: decisions, alerts and the end, over workers, and from where it left off."""

import time
from contextlib import contextmanager

import orjson
import pytest
from served import Served


@contextmanager
def listen(served, last: str | None = None):
    with served.listen("talk", last) as response:
        yield response, events(response)


def events(response):
    """(id, event, data) as they come."""
    told = {}
    for line in response.iter_lines():
        if not line and told:
            yield told["id"], told["event"], orjson.loads(told["data"])
            told = {}
        elif ": " in line and not line.startswith(":"):
            name, value = line.split(": ", 1)
            told[name] = value


@pytest.fixture
def served(open_desk):
    with Served(open_desk()) as one:
        yield one


def angry(desk):
    return desk.post("/v1/interactions/talk/signals", {"signals": [{"type": "sentiment", "value": -0.8}]})


def hurt(desk):
    return desk.post("/v1/interactions/talk/signals", {"signals": [{"type": "utterance", "text": "这是规定", "speaker": "agent"}]})


def test_decisions_alerts_and_the_end_come_in_order_and_the_stream_closes(served):
    desk = served.desk
    first = desk.decide()
    with listen(served) as (response, told):
        assert response.headers["content-type"].startswith("text/event-stream")
        assert next(told)[1:] == ("decision", first)
        fresh = angry(desk).json()
        assert next(told)[1:] == ("decision", fresh)
        hurt(desk)
        assert next(told)[2]["phrase"] == "这是规定"
        desk.post("/v1/interactions/talk/end", {"csat": 4})
        _, event, ended = next(told)
        assert (event, ended["csat"], ended["interaction_id"]) == ("ended", 4.0, "talk")
        assert list(told) == []


def test_a_screen_goes_on_where_it_left_off(served):
    desk = served.desk
    desk.decide()
    angry(desk)
    with listen(served) as (_, told):
        (seen, *_), (last, _, fresh) = next(told), next(told)
    with listen(served, last=seen) as (_, told):
        assert next(told) == (last, "decision", fresh)
    hurt(desk)
    with listen(served, last=last) as (_, told):
        assert next(told)[1] == "alert"


def test_what_another_worker_wrote_is_on_the_screen_within_a_moment(served, open_desk):
    other = open_desk()
    served.desk.decide()
    with listen(served) as (_, told):
        next(told)
        start = time.perf_counter()
        fresh = angry(other).json()
        assert next(told)[2]["decision_id"] == fresh["decision_id"]
        assert time.perf_counter() - start < 3.0, "40 ms by design; the rest is room for a machine that does other things"


def test_a_stream_hears_its_own_talk_only(served):
    served.desk.decide()
    served.desk.decide("another")
    with listen(served) as (_, told):
        next(told)
        served.desk.post("/v1/interactions/another/end", {})
        served.desk.post("/v1/interactions/talk/end", {})
        assert next(told)[2]["interaction_id"] == "talk"


def test_after_the_end_there_is_nothing_to_come_back_for(desk):
    desk.decide()
    desk.post("/v1/interactions/talk/end", {})
    whole = desk.get("/v1/interactions/talk/events")
    assert whole.status_code == 200
    last = events_of(whole.text)[-1]
    assert desk.get("/v1/interactions/talk/events", **{"Last-Event-ID": last}).status_code == 204


def events_of(text: str) -> list[str]:
    return [line.removeprefix("id: ") for line in text.splitlines() if line.startswith("id: ")]


def test_an_end_told_twice_is_heard_once(desk):
    desk.decide()
    for csat in (3, 5):
        assert desk.post("/v1/interactions/talk/end", {"csat": csat}).status_code == 204
    assert desk.get("/v1/interactions/talk/events").text.count("event: ended") == 1


def test_an_unknown_talk_is_not_found_and_a_strange_event_id_is_refused(desk):
    assert desk.get("/v1/interactions/nobody/events").status_code == 404
    desk.decide()
    answer = desk.get("/v1/interactions/talk/events", **{"Last-Event-ID": "yesterday"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Last-Event-ID"


def test_an_agent_from_outside_hears_no_word_of_somebody_elses_talk(desk):
    spoken = [{"speaker": "customer", "text": "我叫王小明"}]
    desk.decide(scene={"utterances": spoken, "resolved": True})
    hurt(desk)
    desk.post("/v1/interactions/talk/end", {})
    inside, outside = (desk.get("/v1/interactions/talk/events", role=role).text for role in ("agent", "outsourced_agent"))
    assert "王小明" in inside
    assert "这是规定" in inside
    assert "王小明" not in outside
    assert '"said":null' in outside
    assert outside.count("event: ") == inside.count("event: ") == 3
