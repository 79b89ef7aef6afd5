"""Why, and why not (D8). Every 'it would have' is held to what a decision does when it really is so."""

from dataclasses import replace

import pytest
from decision_world import (
    AT,
    NO_EXPERIMENT,
    TableScorer,
    World,
    action,
    book,
    customer,
    limit,
    moment,
    policy,
    script,
    service,
    shown,
    told,
    weight,
)

from features.customer import Before
from playbooks.schema.words import PolicyStage
from serving.decision.explanation import explain
from serving.decision.explanation_case import Case, ShownBriefly
from serving.decision.explanation_funnel import STATIONS
from serving.decision.explanation_names import called
from serving.decision.explanation_words import for_agent, for_customer
from serving.decision.propensity import talk_of
from serving.decision.record import Decision

CREDIT = action("a", value=100.0)
INSURANCE = action("b", value=50.0)
SCRIPTS = tuple(script("a", script_id=f"a-{language}", language=language) for language in ("en", "zh-CN"))


def case_of(decision: Decision) -> Case:
    cards = tuple(ShownBriefly(card.action_id, card.rank, card.explored, card.reasons[0].code) for card in decision.actions)
    values = {f"scene.{name}": getattr(decision.scene, name) for name in ("contact_reason", "resolved", "sentiment", "complaint", "need")}
    return Case(
        decision.decision_id,
        decision.decided_at,
        decision.language,
        decision.channel,
        decision.group,
        decision.playbook_version,
        decision.model_versions.get("propensity"),
        cards,
        decision.withheld,
        decision.ranking,
        decision.bundle,
        values | {f"facts.{name}": value for name, value in decision.scene.facts.items()} | dict(decision.features),
        decision.certificates,
        decision.seen,
        talk_of(moment(scene=decision.scene, channel=decision.channel)),
    )


def why(world: World, action_id: str, **changes):
    case = case_of(world.decide(**changes))
    return explain(case, world.playbook, world.playbook.actions[action_id], world.champion), case


def test_the_funnel_places_every_action_once_and_counts_what_goes_on():
    rules = (policy("customer.age >= 60", "old"), policy("customer.spend_90d > 100", "rich", stage=PolicyStage.SUITABILITY))
    some = [
        replace(policies, target=replace(policies.target, actions=frozenset({name}))) for policies, name in zip(rules, "ab", strict=True)
    ]
    world = World(book((CREDIT, INSURANCE), engagement_policies=tuple(some)), customer(age=30.0, spend_90d=5.0), TableScorer({}))
    funnel = why(world, "a")[0].funnel
    assert sorted(place.action_id for place in funnel.actions) == ["a", "b", "help"]
    fell = {place.action_id: (place.stage, place.policy_id, place.values) for place in funnel.actions}
    assert fell["a"] == ("eligibility", "old", {"customer.age": 30.0})
    assert fell["b"] == ("suitability", "rich", {"customer.spend_90d": 5.0})
    entered = {station.stage: station.entered for station in funnel.stations}
    assert (entered["validity"], entered["applicability"], entered["contact"], entered["arbitration"]) == (3, 2, 1, 1)
    assert [station.stage for station in funnel.stations] == [*STATIONS, "arbitration"]


@pytest.mark.parametrize(
    ("condition", "known", "change"),
    [
        ("customer.dissatisfaction < 0.7", {"dissatisfaction": 0.8}, ("customer.dissatisfaction", "<", 0.7)),
        ("customer.age >= 18 and customer.spend_90d > 10", {"age": 17.0, "spend_90d": 50.0}, ("customer.age", ">=", 18)),
        ("customer.age >= 60 or customer.spend_90d > 100", {"age": 20.0, "spend_90d": 99.0}, ("customer.spend_90d", ">", 100)),
        ("customer.value_tier in ['gold', 'vip']", {"value_tier": "basic"}, ("customer.value_tier", "==", "gold")),
        ("customer.value_tier != 'basic'", {"value_tier": "basic"}, ("customer.value_tier", "!=", "basic")),
        ("customer.age >= 18", {}, ("customer.age", ">=", 18)),
    ],
)
def test_the_nearest_change_of_a_policy_is_the_smallest_that_opens_it(condition, known, change):
    world = World(
        book((CREDIT,), engagement_policies=(policy(condition, target=policy("true").target),)), customer(**known), TableScorer({})
    )
    obstacle = why(world, "a")[0].obstacles[0]
    (found,) = obstacle.changes
    assert (found.name, found.operator, found.to) == change


def test_what_the_change_promises_a_decision_keeps():
    rules = (policy("customer.age >= 18 and customer.dissatisfaction < 0.7", "fit"),)
    playbook = book((CREDIT,), engagement_policies=rules)
    said = why(World(playbook, customer(age=16.0, dissatisfaction=0.9), TableScorer({})), "a")[0].obstacles[0].changes
    assert {(change.name, change.operator, change.to) for change in said} == {
        ("customer.age", ">=", 18),
        ("customer.dissatisfaction", "<", 0.7),
    }
    assert "a" in shown(World(playbook, customer(age=18.0, dissatisfaction=0.69), TableScorer({})).decide())


def test_every_further_policy_in_the_way_is_told():
    rules = (policy("customer.age >= 18", "of_age"), policy("customer.spend_90d > 0", "spends"))
    explained, _ = why(World(book((CREDIT,), engagement_policies=rules), customer(age=1.0, spend_90d=0.0), TableScorer({})), "a")
    assert [obstacle.policy_id for obstacle in explained.obstacles] == ["of_age", "spends"]


def test_with_the_propensity_it_names_the_loser_would_have_won_and_without_it_not():
    chances = {"a": 0.3, "b": 0.2, "help": 0.1}
    playbook = book((CREDIT, INSURANCE), levers=(weight(20, actions=frozenset({"b"})),))
    explained, _ = why(World(playbook, champion=TableScorer(chances)), "b")
    needed = explained.gap.needed["propensity"]
    assert explained.gap.against == "a"
    assert needed == pytest.approx((0.3 * 100 - 1.0 + 1.0) / (50 * 1.2))
    for nudge, first in ((1e-6, "b"), (-1e-6, "a")):
        assert shown(World(playbook, champion=TableScorer(chances | {"b": needed + nudge})).decide())[0] == first


def test_the_winner_is_told_how_narrowly_it_won():
    explained, case = why(World(book((CREDIT, INSURANCE)), champion=TableScorer({"a": 0.3, "b": 0.5})), "a")
    assert explained.won
    assert explained.gap.against == "b"
    assert explained.gap.needed["propensity"] == pytest.approx(0.25)
    assert "leads “b” by 5.00" in for_agent(explained, case, AT.tzinfo)


def test_what_fell_is_priced_as_the_decision_would_have_priced_it():
    chances = TableScorer({"a": 0.3, "b": 0.2, "help": 0.1}, evidence=50.0)
    levers = (weight(15), weight(20, "customer.age >= 18"))
    barred = World(
        book((CREDIT, INSURANCE), levers=levers, engagement_policies=(policy("customer.spend_90d > 5"),)), customer(age=40.0), chances
    )
    free = World(book((CREDIT, INSURANCE), levers=levers), customer(age=40.0), chances).decide()
    priced = why(barred, "a")[0].price
    real = next(card for card in free.actions if card.action_id == "a")
    assert priced.estimated
    assert priced.components == real.components
    assert priced.priority == real.priority
    assert priced.model_propensity == pytest.approx(0.3)


def test_the_models_own_propensity_is_taken_back_out_of_the_blend():
    price = why(World(book((CREDIT,)), champion=TableScorer({"a": 0.3}, evidence=150.0)), "a")[0].price
    assert price.components.propensity == pytest.approx((50 * 0.1 + 150 * 0.3) / 200)
    assert (price.starting_propensity, price.evidence_weight, price.evidence) == (0.1, 50.0, 150.0)
    assert price.model_propensity == pytest.approx(0.3)


def test_a_limit_is_told_with_its_numbers_and_its_end():
    often = tuple(told("presented", decision_id=f"d{n}") for n in range(3))
    explained, case = why(World(book((CREDIT,), contact_policies=(limit(),)), customer(often)), "a")
    assert explained.place.values == {"outcomes": ["presented"], "count": 3, "window_days": 7.0, "pause_days": 10.0, "level": "action"}
    assert "2026-03-19 09:00" in for_agent(explained, case, AT.tzinfo)
    assert "bother" in for_customer(explained, case)


def test_a_missing_certificate_names_the_one_that_opens():
    playbook = book((replace(CREDIT, certificates=frozenset({"credit"})),))
    change = why(World(playbook), "a")[0].obstacles[0].changes[0]
    assert (change.name, change.operator, change.to) == ("agent.certificates", "has", "credit")


def test_chance_is_called_chance():
    playbook = book((CREDIT, INSURANCE), experiment=replace(NO_EXPERIMENT, exploration_share=1.0))
    for number in range(20):
        world = World(playbook, champion=TableScorer({"a": 0.9, "b": 0.01}), first_id=number)
        case = case_of(world.decide())
        first = case.shown[0]
        if first.explored:
            explained = explain(case, playbook, playbook.actions[first.action_id], world.champion)
            assert "by chance" in for_agent(explained, case, AT.tzinfo)
            assert "by chance" in for_customer(explained, case)
            return
    raise AssertionError("a share of 1 explored nothing in twenty draws")


def test_both_languages_tell_and_the_customer_hears_no_score_and_no_rule():
    playbook = book((replace(CREDIT, scripts=SCRIPTS),), engagement_policies=(policy("customer.dissatisfaction < 0.7", "unhappy_rule"),))
    for language, word in (("en", "dissatisfaction is below 0.7"), ("zh-CN", "不满意程度低于0.7")):
        explained, case = why(World(playbook, customer(dissatisfaction=0.9), TableScorer({"a": 0.3})), "a", language=language)
        assert word in for_agent(explained, case, AT.tzinfo)
        plain = for_customer(explained, case)
        assert "unhappy_rule" not in plain
        assert "dissatisfaction" not in plain
        assert not any(letter.isdigit() for letter in plain)
        assert ("refuse" in plain) or ("拒绝" in plain)


def test_a_playbook_of_another_version_lends_no_values_to_an_old_decision():
    world = World(
        book((CREDIT,), engagement_policies=(policy("customer.age >= 18", "of_age"),)), customer(age=3.0), TableScorer({"a": 0.3})
    )
    case = case_of(world.decide())
    newer = replace(world.playbook, version="v2")
    explained = explain(case, newer, newer.actions["a"], world.champion)
    assert explained.place.policy_id == "of_age"
    assert explained.place.values == {}
    assert explained.obstacles[0].changes == ()
    assert explained.price is None


def test_a_decision_without_a_model_is_explained_without_features():
    explained, case = why(World(book((CREDIT, service("s")))), "a")
    assert explained.moved == ()
    assert "Nobody has answered" in for_agent(explained, case, AT.tzinfo)


class TiredScorer(TableScorer):
    def contributions(self, customer, talk, action_id, top=5):
        return [("action_presented_90d", -0.4)]


@pytest.mark.parametrize(("action_id", "shown_before"), [("a", 2.0), ("b", 0.0)])
def test_what_was_proposed_before_is_told_with_its_count(action_id, shown_before):
    world = World(book((CREDIT, INSURANCE)), customer(), TiredScorer({"a": 0.5, "b": 0.5}))
    case = case_of(world.decide())
    case = replace(case, seen=replace(case.seen, before={"a": Before(2.0, 1.0, 0.0)}))
    explained = explain(case, world.playbook, world.playbook.actions[action_id], world.champion)
    assert [(moved.feature, moved.value) for moved in explained.moved] == [("action_presented_90d", shown_before)]


def test_the_level_of_the_day_is_no_habit_of_the_customer():
    assert called("recent_yes_50", "en") == "how the last 50 answers of all customers went"
    assert called("recent_yes_400", "zh-CN") == "全体客户近400次答复的接受情况"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("app_events_30d", "近30天手机应用活动次数"),
        ("app_contacts_90d", "近90天手机应用沟通次数"),
        ("declined_app_90d", "近90天手机应用拒绝次数"),
        ("app_payments_90d", "近90天app_payments"),
        ("paid_by_app", "paid_by_app"),
    ],
)
def test_a_feature_nobody_named_is_said_as_it_is_written_and_not_as_another(name, said):
    assert called(f"customer.{name}", "zh-CN") == said
