"""Columns that only tell the date are found, the level of the day is what was known by then, and the recipe is chosen forward in time."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.adversarial import DATED, NEWEST, _auc, _binned, adversarial_auc
from training.recent import recent_log_odds


def test_a_column_that_tells_the_date_is_marked_and_one_that_does_not_is_not():
    dice = np.random.default_rng(1)
    n = 4000
    x = np.column_stack([np.arange(n), dice.normal(size=n), (np.arange(n) // 500) % 8, dice.integers(0, 5, n), np.full(n, np.nan)])
    marked = adversarial_auc(x, categorical=[2, 3]) >= DATED
    assert marked.tolist() == [True, False, True, False, False]


def test_an_answer_moves_the_level_only_after_it_was_known():
    at = np.array([10, 20, 30, 40])
    known = np.array([35, 36, 37])
    levels = recent_log_odds(at, known, np.ones(3))
    assert (levels[:3] == levels[0]).all()
    assert (levels[3] > levels[2]).all()


def test_the_short_memory_follows_faster_than_the_long_one():
    label = np.r_[np.zeros(1000), np.ones(60)]
    known = np.arange(len(label))
    short, long = recent_log_odds(np.array([len(label)]), known, label)[0]
    assert short > long


def test_the_area_is_that_of_all_pairs_with_ties_as_halves():
    dice = np.random.default_rng(2)
    newest = np.arange(600) >= 450
    for moved in (0.0, 0.5, 3.0):
        bins = _binned(np.where(dice.random(600) < 0.1, np.nan, dice.normal(size=600) + moved * newest), is_word=False)
        rate = {one: (newest[::2][bins[::2] == one].sum() + NEWEST) / ((bins[::2] == one).sum() + 1) for one in range(bins.max() + 1)}
        said = np.array([rate[one] for one in bins[1::2]])
        assert _auc(bins, newest) == pytest.approx(roc_auc_score(newest[1::2], said), abs=1e-12)
