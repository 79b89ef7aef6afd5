"""Columns that only tell the date are found, the level of the day is what was known by then, and the recipe is chosen forward in time."""

import numpy as np

from training.adversarial import DATED, adversarial_auc
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
