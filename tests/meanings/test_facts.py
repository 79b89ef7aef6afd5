"""D11: what the customer says bounds the offer, and the limit itself is allowed."""

import pytest
from decision_world import World, action, book, fell, policy, shown, weight

from serving.decision.moment import Scene

PLAYBOOK = book([action("a", value=30.0)], engagement_policies=(policy("action.value <= facts.max_monthly_cost", "within_budget"),))


@pytest.mark.parametrize(("said", "allowed"), [(29.99, False), (30.0, True), (30.01, True)])
def test_exactly_the_limit_is_allowed(said, allowed):
    decision = World(PLAYBOOK).decide(scene=Scene(resolved=True, facts={"max_monthly_cost": said}))
    assert ("a" in shown(decision)) is allowed


def test_a_fact_nobody_stated_is_not_met():
    assert fell(World(PLAYBOOK).decide(), "a") == ("eligibility", "within_budget")


def test_a_policy_may_say_what_holds_while_a_fact_is_unknown():
    lenient = policy("not known(facts.max_monthly_cost) or action.value <= facts.max_monthly_cost", "within_budget")
    assert "a" in shown(World(book([action("a")], engagement_policies=(lenient,))).decide())


def test_what_was_stated_stands_on_the_record():
    decision = World(PLAYBOOK).decide(scene=Scene(resolved=True, facts={"max_monthly_cost": 20.0}))
    assert decision.scene.facts == {"max_monthly_cost": 20.0}
    assert decision.features["facts.max_monthly_cost"] == 20.0


def test_a_fact_may_be_used_in_a_lever_and_a_weight_too():
    levers = (weight(50, when="facts.max_monthly_cost >= 20"),)
    for said, factor in ((19.99, 1.0), (20.0, 1.5)):
        decision = World(book([action("a")], levers=levers)).decide(scene=Scene(resolved=True, facts={"max_monthly_cost": said}))
        assert decision.actions[0].components.lever == factor


def heard(desk, **signal) -> None:
    told = {"type": "fact", "value": {"refused_offers": True}} | signal
    assert desk.post("/v1/interactions/talk/signals", {"signals": [told]}).status_code == 200


def sold(decision: dict) -> list[str]:
    return [card["action_id"] for card in decision["actions"] if card["kind"] == "sell"]


@pytest.mark.parametrize("speaker", [None, "customer"], ids=["the agent's click", "the customer's word"])
def test_a_fact_told_in_the_talk_bounds_the_offer_and_stands_in_the_next_request(desk, speaker):
    assert sold(desk.decide())
    heard(desk, **({"speaker": speaker} if speaker else {}))
    again = desk.decide()
    assert not sold(again)
    assert again["scene"]["facts"] == {"refused_offers": True}


def test_a_fact_of_the_request_bounds_the_offer_and_is_shown_in_the_explanation(desk):
    sale = sold(desk.decide("before"))[0]
    decision = desk.decide(scene={"resolved": True, "facts": {"refused_offers": True}})
    assert not sold(decision)
    why = desk.get(f"/v1/decisions/{decision['decision_id']}/explanation?action_id={sale}", role="manager")
    assert why.status_code == 200
    assert "refused_offers" in why.text


@pytest.mark.parametrize(("facts", "says"), [({"max_monthly_cost": "cheap"}, "number"), ({"shoe_size": 44}, "max_monthly_cost")])
def test_a_fact_that_is_not_declared_or_of_another_type_is_refused(desk, facts, says):
    body = {"interaction_id": "t", "customer_id": "c001", "channel": "voice", "scene": {"facts": facts}}
    answer = desk.post("/v1/decisions", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("scene.facts")
    assert says in answer.text
