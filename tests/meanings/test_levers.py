"""Levers and context weights are percentages that are summed; what nobody set is 1; equal priority has a stated order."""

import pytest
from decision_world import TableScorer, World, action, book, shown, weight

from serving.decision.arbitration import factor_of

A = frozenset({"a"})


@pytest.mark.parametrize(("percents", "factor"), [((20, 20, 15), 1.55), ((-120,), 0.0), ((), 1.0), ((-50, 50), 1.0)])
def test_percentages_are_summed_and_never_below_nothing(percents, factor):
    levers = tuple(weight(percent, actions=A) for percent in percents)
    decision = World(book([action("a")], levers=levers), champion=TableScorer({"a": 0.5})).decide()
    row = decision.ranking.action_ids.index("a")
    assert decision.ranking.lever[row] == pytest.approx(factor)
    assert float(factor_of(sum(percents, 0.0))) == pytest.approx(factor)


def test_kind_group_and_action_meet_in_one_sum():
    levers = (weight(10, kinds=frozenset({"sell"})), weight(20, groups=frozenset({"things"})), weight(30, actions=A))
    decision = World(book([action("a")], levers=levers)).decide()
    assert decision.actions[0].components.lever == pytest.approx(1.6)


def test_equal_priority_puts_the_larger_value_first_and_then_the_name():
    twins = [action("b", value=100.0, cost=0.0), action("a", value=100.0, cost=0.0), action("c", value=200.0, cost=0.0)]
    scorer = TableScorer({"a": 0.4, "b": 0.4, "c": 0.2})
    assert shown(World(book(twins), champion=scorer).decide()) == ["c", "a", "b"]
