"""Which recipe is believed: the plainest one that the folds do not tell from the best."""

import numpy as np

from training.forward import plainest


def test_what_one_fold_says_and_another_denies_is_not_believed():
    judged = {"many trees": (0.75, np.array([0.30, 0.20, 0.40])), "none": (0.0, np.array([0.26, 0.25, 0.40]))}
    assert min(judged, key=lambda name: judged[name][1].mean()) == "many trees"
    assert plainest(judged) == "none"


def test_what_every_fold_says_is_believed():
    judged = {"many trees": (0.75, np.array([0.30, 0.20, 0.40])), "none": (0.0, np.array([0.31, 0.213, 0.412]))}
    assert plainest(judged) == "many trees"


def test_among_recipes_with_as_few_trees_the_lower_loss_decides():
    judged = {
        "few": (0.25, np.array([0.30, 0.20, 0.40])),
        "none, old rows": (0.0, np.array([0.33, 0.19, 0.41])),
        "none, new rows": (0.0, np.array([0.32, 0.19, 0.41])),
    }
    assert plainest(judged) == "none, new rows"
