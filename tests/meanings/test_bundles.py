"""D12: a fixed bundle falls with a member, a personal bundle is made of the customer's own best, and nothing that excludes each other is joined."""

import pytest
from decision_world import TableScorer, World, action, book, fell, shown

SCORES = TableScorer({"a": 0.5, "b": 0.4, "c": 0.2, "pack": 0.3})


def test_a_fixed_bundle_falls_with_a_member_that_is_not_allowed():
    playbook = book([action("a", certificates=frozenset({"credit"})), action("b"), action("pack", members=("a", "b"))])
    assert fell(World(playbook, champion=SCORES).decide(), "pack") == ("bundle", "members")


def test_a_fixed_bundle_stands_while_its_members_do():
    playbook = book([action("a"), action("b"), action("pack", members=("a", "b"))])
    assert "pack" in shown(World(playbook, champion=SCORES).decide())


def test_a_bundle_of_a_bundle_falls_too():
    members = [action("a", certificates=frozenset({"credit"})), action("pack", members=("a",)), action("family", members=("pack",))]
    assert fell(World(book(members)).decide(), "family") == ("bundle", "members")


def test_a_personal_bundle_joins_the_best_and_states_its_joint_propensity_and_assumption():
    bundle = World(book([action("a"), action("b"), action("c")]), champion=SCORES).decide().bundle
    assert bundle is not None
    assert bundle.action_ids[:2] == ("a", "b")
    assert bundle.joint_propensity == pytest.approx(0.5 * 0.4 * 0.2)
    assert "independent" in bundle.assumption


@pytest.mark.parametrize("teller", ["a", "b"])
def test_an_exclusion_said_on_one_side_holds_on_both(teller):
    other = {"a": "b", "b": "a"}[teller]
    actions = [action(name, excludes=frozenset({other}) if name == teller else frozenset()) for name in "ab"]
    bundle = World(book([*actions, action("c")]), champion=SCORES).decide().bundle
    assert bundle is not None
    assert not {"a", "b"} <= set(bundle.action_ids)
