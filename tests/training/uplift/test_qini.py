"""The Qini coefficient is the standard one, to the digit; figures from scikit-uplift 0.5.1 on the same rows."""

import numpy as np
import pytest

from training.uplift.qini import bootstrap, qini, qini_curve


def _people(count: int = 400):
    rng = np.random.default_rng(5)
    score = np.round(rng.normal(size=count), 1)
    treated = rng.random(count) < 0.4
    outcome = (rng.random(count) < 0.2 + 0.1 * treated * (score > 0)).astype(float)
    return score, outcome, treated


def test_the_coefficient_is_the_one_of_scikit_uplift():
    assert qini(*_people()) == pytest.approx(-0.002885427593424802, abs=1e-12)


def test_the_curve_is_the_one_of_scikit_uplift():
    reached, won = qini_curve(*_people())
    assert reached[[0, 1, 20, -1]].tolist() == [0, 1, 105, 400]
    assert won[[0, 1, 20, -1]] == pytest.approx([0, 0, 1.18644068, 16.3526971])


def test_the_best_order_there_is_scores_one_and_its_reverse_less_than_nothing():
    _, outcome, treated = _people()
    best = np.where(treated, outcome, -outcome)
    assert qini(best, outcome, treated) == pytest.approx(1.0)
    assert qini(-best, outcome, treated) < 0


def test_people_of_one_score_are_reached_together():
    score, outcome, treated = _people()
    shuffled = np.random.default_rng(1).permutation(len(score))
    assert qini(score[shuffled], outcome[shuffled], treated[shuffled]) == pytest.approx(qini(score, outcome, treated))
    assert qini(np.zeros(len(score)), outcome, treated) == 0.0


def test_differences_are_taken_on_the_same_draws():
    """Two scores that rank alike differ by exactly nothing, however wide their own intervals are."""
    score, outcome, treated = _people()
    single, pairs = bootstrap({"one": score, "twice": 2 * score, "noise": np.random.default_rng(3).normal(size=400)}, outcome, treated, 60)
    assert single["one"].low < single["one"].value < single["one"].high
    alike = pairs["one", "twice"]
    assert (alike.low, alike.value, alike.high) == (0, 0, 0)
    assert pairs["one", "noise"].high > pairs["one", "noise"].low
    assert pairs["one", "noise"].value == pytest.approx(single["one"].value - single["noise"].value)
