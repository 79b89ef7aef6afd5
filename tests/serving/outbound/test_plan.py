"""The plan obeys every limit and is the best there is, or says how far it may be from it."""

from itertools import product

import numpy as np
import pytest
from hand_made import EVENING, MORNING, option

from serving.outbound.options import Option, undominated
from serving.outbound.plan import Limits, plan


def test_everybody_is_contacted_once_in_the_best_way_there_is():
    options = [option("a", 5, channel="sms"), option("a", 9), option("b", 2), option("b", 1, slot=EVENING)]
    made = plan(options, Limits())
    assert sorted((one.customer_id, one.value) for one in made.chosen) == [("a", 9), ("b", 2)]
    assert made.gap == pytest.approx(0)
    assert made.value == made.greedy == 11


def test_the_agents_time_is_kept_part_by_part_of_the_day():
    options = [option(f"c{n}", 10 - n, slot=slot, minutes=6) for n in range(6) for slot in (MORNING, EVENING)]
    made = plan(options, Limits(agent_minutes=13))
    for slot in (MORNING, EVENING):
        assert sum(one.minutes for one in made.chosen if one.slot is slot) <= 13
    assert made.value == 10 + 9 + 8 + 7


def test_best_first_is_not_best():
    """One dear contact worth 10 would eat the budget of two worth 9 each."""
    options = [option("dear", 10, cost=4), option("a", 9, cost=2), option("b", 9, cost=2)]
    made = plan(options, Limits(budget=4))
    assert {one.customer_id for one in made.chosen} == {"a", "b"}
    assert (made.value, made.greedy) == (18, 10)


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_tried_by_hand_is_better(seed: int):
    rng = np.random.default_rng(seed)
    options = [
        option(
            f"c{n % 4}",
            float(rng.uniform(1, 10)),
            slot=(MORNING, EVENING)[n % 2],
            minutes=float(rng.uniform(1, 6)),
            cost=float(rng.uniform(0, 3)),
        )
        for n in range(9)
    ]
    limits = Limits(agent_minutes=7.0, budget=5.0)
    made = plan(options, limits)
    best = max(sum(one.value for one in some) for some in _allowed(options, limits))
    assert made.value == pytest.approx(best, rel=1e-3)
    assert made.bound >= made.value
    assert made.gap <= 1e-3
    assert list(made.chosen) in [list(some) for some in _allowed(options, limits)]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("limits", [Limits(), Limits(agent_minutes=9.0), Limits(budget=5.0), Limits(agent_minutes=9.0, budget=5.0)])
def test_a_plan_gains_nothing_by_options_that_others_make_up_for(seed: int, limits: Limits):
    """Whole numbers, so that many options are alike."""
    rng = np.random.default_rng(seed)
    options = [
        option(
            f"c{n // 8}",
            float(rng.integers(1, 5)),
            slot=(MORNING, EVENING)[n % 2],
            minutes=float(rng.choice([0, 2, 4])),
            cost=float(rng.integers(0, 3)),
            channel=f"channel {n % 8}",
        )
        for n in range(48)
    ]
    fewer = [one for first in range(0, 48, 8) for one in undominated(options[first : first + 8])]
    assert 6 <= len(fewer) < 40
    assert {one.customer_id for one in fewer} == {one.customer_id for one in options}
    assert plan(fewer, limits).value == pytest.approx(plan(options, limits).value, rel=1e-3)


def test_of_options_alike_the_first_stays_and_a_contact_at_another_time_may_be_needed():
    alike = [option("a", 5, channel="sms"), option("a", 5, channel="app")]
    assert undominated(alike) == alike[:1]
    calls = [option("a", 5, minutes=3), option("a", 4, minutes=3, slot=EVENING), option("a", 4, minutes=3)]
    assert undominated(calls) == calls[:2]
    assert undominated([*calls, option("a", 5, channel="sms")]) == [option("a", 5, channel="sms")]


def _allowed(options: list[Option], limits: Limits):
    for taken in product([False, True], repeat=len(options)):
        some = [one for one, yes in zip(options, taken, strict=True) if yes]
        once = len({one.customer_id for one in some}) == len(some)
        minutes = all(sum(one.minutes for one in some if one.slot is slot) <= limits.agent_minutes for slot in (MORNING, EVENING))
        if once and minutes and sum(one.cost for one in some) <= limits.budget:
            yield some


def test_nobody_to_contact_is_a_plan_too():
    made = plan([], Limits(1, 1))
    assert (made.chosen, made.gap) == ((), 0.0)
    assert plan([option("a", 5, minutes=6)], Limits(agent_minutes=0)).chosen == ()
