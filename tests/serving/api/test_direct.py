"""An ordinary request goes straight to its route, and means what it means on the framework's way."""

import fastapi.routing
import pytest

SCENE = {"resolved": True, "sentiment": 0, "need": "issue", "facts": {"max_monthly_cost": 200}}
ASKED = {"interaction_id": "talk", "customer_id": "c001", "channel": "voice", "scene": SCENE, "agent": {"experience": "expert"}, "limit": 2}


@pytest.fixture
def solved(monkeypatch):
    """How often the framework worked out a route's dependencies."""
    times = []
    solve = fastapi.routing.solve_dependencies

    async def counted(**given):
        times.append(given)
        return await solve(**given)

    monkeypatch.setattr(fastapi.routing, "solve_dependencies", counted)
    return times


def test_an_ordinary_decision_and_its_signals_go_the_short_way(desk, solved):
    assert desk.post("/v1/decisions", ASKED).status_code == 200
    told = {"signals": [{"type": "sentiment", "value": -0.8}]}
    assert desk.post("/v1/interactions/talk/signals", told).status_code in {200, 204}
    assert solved == []


def test_with_a_key_the_framework_leads_and_the_decision_is_the_same(desk, solved):
    short = desk.post("/v1/decisions", ASKED).json()
    led = desk.post("/v1/decisions", ASKED | {"interaction_id": "other"}, key="k1").json()
    assert len(solved) == 1
    assert (led["scene"], led["group"], led["degraded"]) == (short["scene"], short["group"], short["degraded"])
    assert [fallen["action_id"] for fallen in led["withheld"]] == [fallen["action_id"] for fallen in short["withheld"]]


@pytest.mark.parametrize("wrong", [{"limit": 99}, {"channel": None}, {"at": "yesterday"}, {"unknown": 1}, {"scene": {"sentiment": 7}}])
def test_a_refusal_is_the_frameworks_own_word_for_word(desk, solved, wrong):
    short, led = desk.post("/v1/decisions", ASKED | wrong), desk.post("/v1/decisions", ASKED | wrong, key="k1")
    assert short.status_code == led.status_code == 422
    assert short.content == led.content
    assert len(solved) == 2


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"\xff"', b'{"interaction_id": "\\ud800"}'])
def test_what_is_no_json_object_is_refused_not_dropped(desk, body):
    headers = {"Authorization": f"Bearer {desk.keys['agent']}", "Content-Type": "application/json"}
    answer = desk.client.post("/v1/decisions", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_who_may_not_is_refused_on_the_short_way_too(desk):
    assert desk.post("/v1/decisions", ASKED, role="auditor").status_code == 403
    assert desk.client.post("/v1/decisions", json=ASKED).status_code == 401
