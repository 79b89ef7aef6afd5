"""The main job: from a customer's events to a sentence, and from what the customer says back to the next training set."""

import pytest

from features.events.lake import Lake
from features.home import Home
from serving.records.outbox import deliver

PROMOTIONAL = {"sell", "reactivate", "educate"}


def moment(interaction: str, customer: str = "c000001", **more) -> dict:
    return {"interaction_id": interaction, "customer_id": customer, "channel": "voice", "scene": {"resolved": True}} | more


def willing(ask, start: int = 1) -> dict:
    """The first decision that offers something."""
    for number in range(start, 200):
        answer = ask("/v1/decisions", moment(f"find-{start}-{number}", f"c{number:06d}", limit=10)).json()
        if any(action["kind"] in PROMOTIONAL for action in answer["actions"]):
            return answer
    raise AssertionError("nobody is offered anything")


def test_a_decision_brings_a_script_and_is_kept_word_for_word(ask, client, keys):
    answer = ask("/v1/decisions", moment("kept"))
    assert answer.status_code == 200
    decision = answer.json()
    first = decision["actions"][0]
    assert first["rank"] == 1
    assert next(step["stage"] for step in first["script"]["steps"]) == "open"
    assert 0 < first["propensity"] < 1
    parts = first["components"]
    assert first["priority"] == pytest.approx(parts["propensity"] * parts["context"] * parts["value"] * parts["lever"] - parts["cost"])
    again = client.get(f"/v1/decisions/{decision['decision_id']}", headers={"Authorization": f"Bearer {keys['auditor']}"})
    assert again.content == answer.content


def test_nothing_is_sold_while_the_matter_is_open(ask):
    for number in range(1, 40):
        scene = {"contact_reason": "bill_query", "resolved": False}
        answer = ask("/v1/decisions", moment(f"open-{number}", f"c{number:06d}", scene=scene, limit=10)).json()
        assert answer["actions"], "a service action answers even then"
        assert not [action for action in answer["actions"] if action["kind"] in PROMOTIONAL]


def test_an_unknown_customer_gets_a_decision_from_defaults(ask):
    answer = ask("/v1/decisions", moment("stranger", "nobody-we-know"))
    assert answer.status_code == 200
    assert "customer_unknown" in answer.json()["degraded"]
    assert answer.json()["actions"]


def test_a_declined_action_is_off_for_the_rest_of_the_talk_and_on_every_channel(ask):
    decision = willing(ask)
    declined = next(action["action_id"] for action in decision["actions"] if action["kind"] in PROMOTIONAL)
    report = {"decision_id": decision["decision_id"], "action_id": declined, "outcome": "declined"}
    assert ask("/v1/outcomes", report).status_code == 201
    for interaction, channel in ((decision["interaction_id"], "voice"), ("another-talk", "wechat")):
        answer = ask("/v1/decisions", moment(interaction, decision["customer_id"], channel=channel, limit=10)).json()
        assert declined not in [action["action_id"] for action in answer["actions"]]
        assert declined in [withheld["action_id"] for withheld in answer["withheld"]]


def test_an_outcome_from_the_api_is_in_the_next_training_set(ask, service, world):
    decision = willing(ask, start=100)
    accepted = decision["actions"][0]["action_id"]
    for outcome in ("accepted", "converted"):
        report = {"decision_id": decision["decision_id"], "action_id": accepted, "outcome": outcome}
        assert ask("/v1/outcomes", report).status_code == 201
    deliver(service.store, Home(world), service.clock)
    with Lake(Home(world)).connect(customers=[decision["customer_id"]]) as connection:
        wanted = f"decision_id = '{decision['decision_id']}'"
        kept = connection.sql(f"SELECT outcome FROM outcomes WHERE {wanted} ORDER BY outcome").fetchall()
        proposed = connection.sql(f"SELECT attributes['model'], count(*) FROM proposals WHERE {wanted} GROUP BY ALL").fetchall()
    assert kept == [("accepted",), ("converted",)]
    assert proposed == [(decision["model_versions"]["propensity"], len(decision["actions"]))]


def test_an_ended_talk_is_closed_and_an_unknown_one_is_not_found(ask):
    ask("/v1/decisions", moment("to-end"))
    assert ask("/v1/interactions/to-end/end", {"resolved": True, "csat": 5}).status_code == 204
    assert ask("/v1/interactions/never-begun/end", {}).status_code == 404
