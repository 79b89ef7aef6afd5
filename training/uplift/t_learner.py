"""Two models: what the treated do, what the others do, and the difference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.outcome_model import OutcomeModel, Trees
from training.uplift.settings import OUTCOME, REPEATS
from training.uplift.trial import Trial

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TLearner:
    """pairs: (treated, untreated) models, averaged."""

    pairs: tuple[tuple[OutcomeModel, OutcomeModel], ...]

    @classmethod
    def fit(cls, trial: Trial, seed: int = 1, trees: Trees = OUTCOME) -> "TLearner":
        return cls(
            tuple(
                (_arm(trial, trial.treated, trees, seed + 7 * k), _arm(trial, ~trial.treated, trees, seed + 7 * k)) for k in range(REPEATS)
            )
        )

    def predict(self, x: Matrix) -> Matrix:
        """(n,) uplift in the outcome's unit, of (n, columns)."""
        return np.asarray(
            np.mean([treated.predict(x) - untreated.predict(x) for treated, untreated in self.pairs], axis=0), dtype=np.float64
        )


def _arm(trial: Trial, rows: NDArray[np.bool_], trees: Trees, seed: int) -> OutcomeModel:
    return OutcomeModel.fit(trial.x[rows], trial.outcome[rows], trees, seed, categorical=trial.categorical)
