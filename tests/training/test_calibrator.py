"""A correction is believed when every slice of time says it, and only as far as all say it."""

import numpy as np
import pytest

from training.calibrator import Calibrator


def answers(slope: float, shift: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(score, label): the truth is slope x score + shift."""
    dice = np.random.default_rng(seed)
    score = dice.normal(-1.0, 1.0, 20_000)
    return score, (dice.random(20_000) < 1 / (1 + np.exp(-(slope * score + shift)))).astype(float)


def test_what_all_slices_say_is_taken_as_far_as_the_mildest_says_it():
    fitted = Calibrator.fit([answers(0.6, 0.0, 1), answers(0.8, 0.0, 2), answers(0.7, 0.0, 3)])
    assert fitted.slope == pytest.approx(0.8, abs=0.05)


def test_slices_that_disagree_change_nothing():
    fitted = Calibrator.fit([answers(1.0, 0.7, 1), answers(1.0, -0.7, 2)])
    score = np.array([-1.0])
    assert fitted(score)[0] == pytest.approx(1 / (1 + np.exp(1.0)), abs=0.02)


def test_slices_with_one_answer_only_have_no_say():
    assert Calibrator.fit([(np.array([0.1, 0.2]), np.zeros(2))]) == Calibrator(1.0, 0.0)
