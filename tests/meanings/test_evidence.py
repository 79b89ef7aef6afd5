"""Evidence: propensity served = (E0 x p0 + E x p) / (E0 + E). A new action stands on what the playbook says, an old one on its answers."""

import numpy as np
import pytest
from decision_world import TableScorer, World, action, book
from hypothesis import given
from hypothesis import strategies as st

from playbooks.schema.playbook import Group
from training.price import blend


def served(p0: float, e0: float, p: float, e: float) -> float:
    return float(blend(*(np.array([value]) for value in (p0, e0, p, e)))[0])


def test_as_much_evidence_as_the_prior_weighs_gives_the_mean_of_both():
    assert served(0.1, 50, 0.3, 50) == pytest.approx(0.2)


def test_without_evidence_it_is_exactly_the_starting_propensity():
    assert served(0.07, 50, 0.9, 0) == 0.07


def test_one_answer_moves_it_by_its_share():
    assert served(0.1, 49, 0.6, 1) == pytest.approx(0.1 + 0.5 / 50)


@given(st.floats(0, 1), st.floats(0, 1e9), st.one_of(st.floats(0, 1), st.just(float("nan"))), st.floats(0, 1e12))
def test_it_is_a_probability_whatever_comes_in(p0, e0, p, e):
    assert 0.0 <= served(p0, e0, p, e) <= 1.0


def test_a_new_action_borrows_from_its_group():
    groups = {"things": Group("things", {"en": "things"}, 0.33, 10.0)}
    playbook = book([action("a")])
    decision = World(book([action("a")], groups=playbook.groups | groups)).decide()
    assert decision.actions[0].propensity == 0.33


def test_what_the_action_says_of_itself_outranks_its_group():
    decision = World(book([action("a", starting_propensity=0.5, evidence_weight=10.0)])).decide()
    assert decision.actions[0].propensity == 0.5


def test_the_evidence_stands_on_the_record():
    decision = World(book([action("a", evidence_weight=100.0)]), champion=TableScorer({"a": 0.5}, evidence=100.0)).decide()
    assert decision.actions[0].evidence == 100.0
    assert decision.actions[0].propensity == pytest.approx(0.3), "the mean of 0.1 and 0.5"


def test_the_same_order_comes_twice():
    playbook = book([action(name, evidence_weight=1.0) for name in "abcd"])
    scorer = TableScorer(dict.fromkeys("abcd", 0.2), evidence=1.0)
    orders = {World(playbook, champion=scorer).decide(limit=5).ranking.action_ids for _ in range(3)}
    assert orders == {("a", "b", "c", "d", "help")}
