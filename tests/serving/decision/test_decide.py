"""The whole way of a decision, with every neighbour a plain fake."""

import pytest
from decision_world import AT, Live, TableScorer, World, action, book, customer, fell, moment, policy, script, service, shown, weight

from playbooks.schema.words import ActionClass
from serving.decision.moment import Agent, Scene
from serving.errors import MomentError

ABC = [action("a"), action("b"), action("c"), action("d")]
SCORES = TableScorer({"a": 0.1, "b": 0.4, "c": 0.3, "d": 0.2, "help": 0.5})


def test_the_best_by_priority_come_first_and_every_factor_is_kept() -> None:
    decision = World(book(ABC, levers=(weight(50.0, actions=frozenset({"a"})),)), champion=SCORES).decide(channel="voice")
    assert shown(decision) == ["b", "c", "d"]
    best = decision.actions[0]
    assert (best.components.propensity, best.components.value, best.components.cost) == (pytest.approx(0.4), 100.0, 7.0)
    assert best.priority == pytest.approx(0.4 * 100.0 - 7.0)
    assert decision.ranking.action_ids == ("b", "c", "d", "a", "help")
    assert decision.ranking.lever[3] == 1.5
    assert decision.model_versions == {"propensity": "7"}
    assert [card.probability for card in decision.actions] == [1.0, 1.0, 1.0]
    assert decision.group == "champion"
    assert decision.unit == "c1@2026-03"
    assert decision.expires_at > decision.decided_at == AT


def test_a_card_says_why_it_stands_there() -> None:
    decision = World(book(ABC), champion=SCORES).decide()
    assert [reason.code for reason in decision.actions[0].reasons] == ["best_priority", "evidence"]
    assert next(reason.code for reason in decision.actions[1].reasons) == "next_best"
    in_chinese = World(book([action("a", scripts=(script("a", language="zh-CN"),))]), champion=SCORES).decide(language="zh")
    assert in_chinese.language == "zh-CN"
    assert in_chinese.actions[0].reasons[0].text == "扣除成本后预期价值最高"


def test_mandatory_stands_on_top_whatever_its_price() -> None:
    notice = action("notice", action_class=ActionClass.MANDATORY, value=0.0, cost=50.0)
    decision = World(book([*ABC, notice]), champion=SCORES).decide(limit=2)
    assert shown(decision) == ["notice", "b"]
    assert decision.actions[0].reasons[0].code == "mandatory"


def test_nothing_promotional_while_the_matter_is_open() -> None:
    world = World(book([*ABC, service("callback")]), champion=SCORES)
    decision = world.decide(scene=Scene(contact_reason="bill_query"))
    assert shown(decision) == ["callback", "help"]
    assert fell(decision, "a") == ("serve_first", "matter_open")
    assert len(world.decide(scene=Scene(contact_reason="bill_query", resolved=True)).actions) == 3


@pytest.mark.parametrize(
    ("scene", "gate"),
    [(Scene(resolved=True, complaint=True), "complaint"), (Scene(resolved=True, sentiment=-0.3), "bad_mood")],
)
def test_nothing_promotional_during_a_complaint_or_a_bad_mood(scene: Scene, gate: str) -> None:
    decision = World(book(ABC), champion=SCORES).decide(scene=scene)
    assert shown(decision) == ["help"]
    assert fell(decision, "b") == ("serve_first", gate)


@pytest.mark.parametrize("consent", [0.0, float("nan")])
def test_no_word_is_no_consent_and_it_binds_mandatory_actions_too(consent: float) -> None:
    notice = action("notice", action_class=ActionClass.MANDATORY)
    decision = World(book([*ABC, notice]), customer(marketing_consent=consent), champion=SCORES).decide()
    assert shown(decision) == ["help"]
    assert fell(decision, "notice") == ("consent", "marketing_consent")


def test_an_action_that_needs_a_certificate_waits_for_an_agent_who_has_it() -> None:
    world = World(book([action("a", certificates=frozenset({"credit"}))]), champion=SCORES)
    assert fell(world.decide(), "a") == ("certificate", "certificate")
    assert shown(world.decide(agent=Agent("g", frozenset({"credit"}))))[0] == "a"


def test_a_condition_over_a_missing_value_is_not_met() -> None:
    rule = policy("customer.age >= 18", "of_age")
    assert fell(World(book(ABC, engagement_policies=(rule,))).decide(), "a") == ("eligibility", "of_age")
    assert "a" in shown(World(book(ABC, engagement_policies=(rule,)), customer(age=18.0)).decide(limit=9))


def test_a_policy_over_the_action_takes_only_the_actions_it_is_about() -> None:
    dear = [action("a", value=500.0), action("b", value=5.0)]
    decision = World(book(dear, engagement_policies=(policy("action.value <= facts.most", "too_dear"),))).decide(
        scene=Scene(resolved=True, facts={"most": 5.0})
    )
    assert fell(decision, "a") == ("eligibility", "too_dear")
    assert "b" in shown(decision)


def test_without_a_model_the_starting_propensity_serves_and_the_record_says_so() -> None:
    decision = World(book(ABC)).decide()
    assert decision.degraded == ("model_unavailable",)
    assert {card.propensity for card in decision.actions} == {0.1}
    assert decision.actions[0].reasons[1].code == "starting"
    assert decision.model_versions == {}


def test_a_store_that_is_away_means_no_offer_that_a_policy_could_not_check() -> None:
    decision = World(book(ABC), champion=SCORES, store_broken=True).decide()
    assert shown(decision) == ["help"]
    assert decision.degraded == ("features_unavailable",)
    assert fell(decision, "a") == ("degraded", "features_unavailable")


def test_a_history_that_is_away_means_no_offer_whose_limits_could_not_be_checked() -> None:
    decision = World(book(ABC), champion=SCORES, live=Live(broken=True)).decide()
    assert shown(decision) == ["help"]
    assert decision.degraded == ("history_unavailable",)


def test_an_unknown_customer_gets_a_decision_from_defaults() -> None:
    decision = World(book([*ABC, service("callback")]), customer(known=False), champion=SCORES).decide()
    assert shown(decision) == ["callback", "help"]
    assert decision.degraded == ("customer_unknown",)


def test_a_model_kept_from_before_is_used_and_said() -> None:
    assert World(book(ABC), champion=SCORES, stale=True).decide().degraded == ("model_stale",)


def test_an_undeclared_channel_or_language_is_refused_with_the_list() -> None:
    world = World(book(ABC))
    with pytest.raises(MomentError, match="'fax' is not declared; use one of voice, app, wechat") as channel:
        world.decide(channel="fax")
    assert channel.value.field == "channel"
    with pytest.raises(MomentError, match="'fr' is not declared; use one of zh-CN, en") as language:
        world.decide(language="fr")
    assert language.value.field == "language"


def test_the_same_decision_asked_again_is_the_same_in_every_part() -> None:
    experiment = book(ABC).experiment
    curious = book(ABC, experiment=type(experiment)(0.5, 0.5, 1.0))
    assert World(curious, champion=SCORES).decide() == World(curious, champion=SCORES).decide()


def test_a_script_whose_values_are_unknown_lets_the_next_best_take_its_place() -> None:
    from playbooks.schema.script import Step
    from playbooks.schema.words import Stage

    needy = action("b", scripts=(script("b", steps=(Step(Stage.PROPOSE, "Only {fee}", 2.0),)),))
    world = World(book([ABC[0], needy, ABC[2], ABC[3]]), champion=SCORES)
    decision = world.decide()
    assert shown(decision) == ["c", "d", "a"]
    assert fell(decision, "b") == ("script", "value_missing")
    assert world.decide(scene=Scene(resolved=True, facts={"fee": "9"})).actions[0].script.steps[0].text == "Only 9"


def test_the_model_hears_only_of_the_talk_as_it_is_now() -> None:
    scorer = TableScorer({})
    World(book(ABC), champion=scorer).decide(scene=Scene(contact_reason="limit", need="issue", sentiment=0.2, resolved=True))
    talk = scorer.asked[0]
    assert (talk.channel, talk.direction, talk.contact_reason, talk.need, talk.sentiment) == ("app", "inbound", "limit", "issue", 0.2)
    assert talk.at == moment().at
