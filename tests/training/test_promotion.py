"""Who becomes champion, and how often chance alone would refuse an equal model."""

import numpy as np

from training.evaluation.losses import losses
from training.promote import SIGNIFICANCE, Promotion, compare


def test_equal_models_are_refused_no_more_often_than_stated():
    dice = np.random.default_rng(7)
    refused = 0
    for _ in range(400):
        noise = dice.normal(0, 0.1, (2, 500))
        gain, p_worse = compare(0.3 + noise[0], 0.3 + noise[1])
        refused += gain < 0 and p_worse < SIGNIFICANCE
    assert refused / 400 < SIGNIFICANCE + 0.03


def test_a_clearly_worse_challenger_is_refused_and_a_better_one_gains():
    label = np.tile([1.0, 0.0, 0.0, 0.0], 200)
    good, bad = np.where(label > 0, 0.6, 0.15), np.full(800, 0.5)
    gain, p_worse = compare(losses(label, good), losses(label, bad))
    assert gain < 0
    assert p_worse < 0.001
    assert compare(losses(label, bad), losses(label, good))[0] > 0


def test_identical_models_are_a_tie():
    same = np.linspace(0.1, 0.9, 50)
    assert compare(same, same) == (0.0, 1.0)


def test_what_the_test_found_says_which_way_it_went():
    found = ((0.0012, 0.97), (-0.0005, 0.4251), (0.0, 1.0))
    better, worse, same = (Promotion("2", "version 1", gain, p, 1338).in_words for gain, p in found)
    assert better == "log loss 0.0012 lower than that of version 1 on the newest 1,338 proposals (p 0.030)"
    assert worse == "log loss 0.0005 higher than that of version 1 on the newest 1,338 proposals, not clearly worse (p 0.425)"
    assert same == "the same log loss as version 1 on the newest 1,338 proposals"
