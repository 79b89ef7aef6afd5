"""Lift with its uncertainty: known answers, and the interval held to what repeated experiments give."""

import numpy as np
import pytest

from serving.decision.lift import Share, lift_of


def test_120_of_1000_against_100_of_1000_is_a_fifth_and_not_shown():
    lift = lift_of(Share(120, 1000), Share(100, 1000))
    assert lift.value == pytest.approx(0.20)
    assert lift.standard_error == pytest.approx(0.1534, abs=5e-5)
    assert (lift.low, lift.high) == (pytest.approx(-0.10, abs=0.005), pytest.approx(0.50, abs=0.005))
    assert not lift.shown


def test_a_lift_the_figures_can_tell_is_shown_on_either_side():
    assert lift_of(Share(1500, 10000), Share(1000, 10000)).shown
    assert lift_of(Share(1000, 10000), Share(1500, 10000)).shown


@pytest.mark.parametrize(("test", "control"), [(Share(0, 10), Share(5, 10)), (Share(5, 10), Share(0, 10)), (Share(0, 0), Share(0, 0))])
def test_without_a_yes_on_both_sides_there_is_no_lift(test, control):
    lift = lift_of(test, control)
    assert (lift.value, lift.standard_error, lift.shown) == (None, None, False)


def test_the_interval_covers_the_truth_about_95_times_in_100():
    rng = np.random.default_rng(7)
    tests, controls = rng.binomial(4000, 0.12, 4000), rng.binomial(4000, 0.10, 4000)
    lifts = [lift_of(Share(int(a), 4000), Share(int(b), 4000)) for a, b in zip(tests, controls, strict=True)]
    covered = np.mean([lift.low <= 0.2 <= lift.high for lift in lifts])
    assert 0.93 < covered < 0.97
