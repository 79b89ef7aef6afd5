"""D11: what the customer says bounds the offer, and the limit itself is allowed."""

import pytest
from decision_world import World, action, book, fell, policy, shown

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
