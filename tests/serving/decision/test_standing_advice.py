"""The advice on the screen stands unless there is a cause, and the cause is said."""

import orjson
from decision_world import World, action, book, moment, service, weight

from playbooks.schema.playbook import Experiment
from playbooks.schema.words import ActionClass
from serving.api.answer import decision_bytes
from serving.decision.moment import Scene
from serving.decision.standing_advice import MARGIN, Stood, why_changed


def stood(decision) -> Stood:
    return Stood.of(orjson.loads(decision_bytes(decision)))


def codes(world: World, then: dict, now: dict) -> list[str]:
    first = world.decide(**then)
    return [reason.code for reason in why_changed(stood(first), world.decide(**now))]


SOLVED, OPEN = {"scene": Scene(resolved=True)}, {"scene": Scene(resolved=False)}


def two(other: float, **more) -> World:
    """The first is worth 100 a yes; in a sad talk the other's worth is raised by so many percent."""
    weights = (weight(other, "scene.need == 'emotion'", actions=frozenset({"other"})),)
    return World(book([action("first", value=100.0, cost=0.0), action("other", value=90.0, cost=0.0)], context_weights=weights, **more))


SAD = {"scene": Scene(resolved=True, need="emotion")}


def test_the_same_talk_changes_nothing():
    assert codes(two(0), SOLVED, SOLVED) == []


def test_a_little_better_is_not_enough_and_clearly_better_is():
    just_within = 100 / 90 / (1 - MARGIN) * 100 - 100 - 1
    assert codes(two(just_within), SOLVED, SAD) == []
    assert codes(two(just_within + 2), SOLVED, SAD) == ["better"]


def test_an_action_that_is_no_longer_allowed_leaves_the_screen_with_its_reason():
    world = two(0)
    changed = why_changed(stood(world.decide(**SOLVED)), world.decide(**OPEN))
    assert {reason.code for reason in changed} >= {"fell"}
    assert any("still open" in reason.text for reason in changed)


def test_what_must_be_said_comes_at_once():
    warning = service("warning", action_class=ActionClass.MANDATORY, value=0.0)
    world = World(book([action("first"), warning]))
    then = world.decide(**SOLVED, limit=1)
    assert why_changed(stood(then), world.decide(**SOLVED, limit=1)) == ()
    without = Stood.of(orjson.loads(decision_bytes(World(book([action("first")])).decide(**SOLVED))))
    assert [reason.code for reason in why_changed(without, world.decide(**SOLVED))] == ["must_say"]


def test_where_chance_placed_the_first_action_its_order_is_no_cause():
    everybody = Experiment(control_share=1.0, challenger_share=0.0, exploration_share=0.0)
    many = [action(f"a{number}", value=10.0 * number) for number in range(1, 9)]
    world = World(book(many, experiment=everybody))
    first = world.decide(**SOLVED)
    assert all(why_changed(stood(first), world.decide(**SOLVED)) == () for _ in range(20))


def test_in_the_control_group_too_something_newly_allowed_is_shown():
    everybody = Experiment(control_share=1.0, challenger_share=0.0, exploration_share=0.0)
    world = World(book([action("first"), service("guide")], experiment=everybody))
    assert codes(world, OPEN, SOLVED) == ["allowed"]


def test_advice_that_grew_old_is_made_anew():
    world = two(0)
    first = world.decide(**SOLVED)
    later = world.decide(**SOLVED, at=first.expires_at)
    assert [reason.code for reason in why_changed(stood(first), later)] == ["expired"]
    assert moment().at < first.expires_at
