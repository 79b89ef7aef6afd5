"""Every learner finds whom a treatment moves, not who would have said yes anyway."""

import numpy as np
import pytest

from training.errors import TrainingError
from training.uplift.dr_learner import DRLearner, pseudo_effect
from training.uplift.peers import SIMPLE
from training.uplift.t_learner import TLearner
from training.uplift.trial import Trial
from training.uplift.x_learner import XLearner

LEARNERS = [TLearner, XLearner, DRLearner]


def _world(count: int, seed: int, share: float = 0.5) -> tuple[Trial, np.ndarray]:
    """Column 0 decides the effect (-0.1 .. 0.3), column 1 the level (0.05 .. 0.6), column 2 nothing; column 3 is a word. With the true effects."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.random((count, 3)), rng.integers(0, 3, count)])
    effect = -0.1 + 0.4 * (x[:, 0] > 0.5)
    treated = rng.random(count) < share
    outcome = (rng.random(count) < 0.1 + 0.5 * x[:, 1] + treated * effect).astype(float)
    return Trial(x, (3,), treated, outcome, np.full(count, share)), effect


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_learner_ranks_by_the_effect_and_not_by_the_level(learner):
    trial, _ = _world(12_000, 1)
    later, effect = _world(3000, 2)
    found = learner.fit(trial).predict(later.x)
    assert np.corrcoef(found, effect)[0, 1] > 0.8
    assert abs(np.corrcoef(found, later.x[:, 1])[0, 1]) < 0.3
    response = SIMPLE["response"](trial, later.x)
    assert np.corrcoef(response, later.x[:, 1])[0, 1] > 0.6


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_same_seed_gives_the_same_uplift_and_missing_values_are_welcome(learner):
    trial, _ = _world(2000, 3)
    holes = trial.x.copy()
    holes[::7, 1] = np.nan
    spoiled = Trial(holes, trial.categorical, trial.treated, trial.outcome, trial.chance)
    one, other = (learner.fit(spoiled, 5).predict(holes) for _ in range(2))
    assert np.array_equal(one, other)
    assert np.isfinite(one).all()


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_pseudo_effects_average_to_the_true_effect_however_few_were_treated(share):
    trial, effect = _world(20_000, 4, share)
    pseudo = pseudo_effect(trial, 1)
    error = pseudo.std() / np.sqrt(len(pseudo))
    assert abs(pseudo.mean() - effect.mean()) < 3 * error
    assert error < 0.02


@pytest.mark.parametrize(
    ("treated", "chance", "words"),
    [
        (np.ones(4, bool), np.full(4, 0.5), "4 of 4 people are treated"),
        (np.array([True, False, True, False]), np.array([0.5, 0.5, 1.0, 0.5]), "chance of treatment"),
    ],
)
def test_a_trial_without_two_groups_or_without_chance_is_refused(treated, chance, words):
    with pytest.raises(TrainingError, match=words):
        Trial(np.zeros((4, 1)), (), treated, np.zeros(4), chance)
