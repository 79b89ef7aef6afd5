"""A doubly robust effect per person, learned by one model: right when either the outcomes or the chances of treatment are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.outcome_model import OutcomeModel, Trees
from training.uplift.crossed import both_outcomes
from training.uplift.settings import EFFECT, REPEATS
from training.uplift.trial import Trial

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DRLearner:
    """Kennedy (2023). models: the effect, averaged over draws of folds."""

    models: tuple[OutcomeModel, ...]

    @classmethod
    def fit(cls, trial: Trial, seed: int = 1, trees: Trees = EFFECT) -> "DRLearner":
        return cls(
            tuple(
                OutcomeModel.fit(trial.x, pseudo_effect(trial, seed + 7 * k), trees, seed + 7 * k, categorical=trial.categorical)
                for k in range(REPEATS)
            )
        )

    def predict(self, x: Matrix) -> Matrix:
        """(n,) uplift in the outcome's unit, of (n, columns)."""
        return np.asarray(np.mean([model.predict(x) for model in self.models], axis=0), dtype=np.float64)


def pseudo_effect(trial: Trial, seed: int) -> Matrix:
    """(n,) noisy effects whose mean over like people is their uplift. Their mean over all is the doubly robust average effect."""
    treated, untreated = both_outcomes(trial, seed)
    surprise = trial.outcome - np.where(trial.treated, treated, untreated)
    weight = np.where(trial.treated, 1 / trial.chance, -1 / (1 - trial.chance))
    return np.asarray(treated - untreated + weight * surprise, dtype=np.float64)
