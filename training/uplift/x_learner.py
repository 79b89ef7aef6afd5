"""Each group borrows the other's model: the effect is imputed person by person and learned twice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.outcome_model import OutcomeModel, Trees
from training.uplift.crossed import both_outcomes
from training.uplift.settings import EFFECT, REPEATS
from training.uplift.trial import Trial

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class XLearner:
    """Kunzel et al. (2019). pairs: the effect as seen on the treated and on the untreated; share: of the treated, the weight of the latter."""

    pairs: tuple[tuple[OutcomeModel, OutcomeModel], ...]
    share: float

    @classmethod
    def fit(cls, trial: Trial, seed: int = 1, trees: Trees = EFFECT) -> "XLearner":
        pairs = []
        for k in range(REPEATS):
            treated, untreated = both_outcomes(trial, seed + 7 * k)
            on, off = trial.treated, ~trial.treated
            seen_on = OutcomeModel.fit(trial.x[on], (trial.outcome - untreated)[on], trees, seed + 7 * k, categorical=trial.categorical)
            seen_off = OutcomeModel.fit(trial.x[off], (treated - trial.outcome)[off], trees, seed + 7 * k, categorical=trial.categorical)
            pairs.append((seen_on, seen_off))
        return cls(tuple(pairs), float(trial.chance.mean()))

    def predict(self, x: Matrix) -> Matrix:
        """(n,) uplift in the outcome's unit, of (n, columns)."""
        effects = [self.share * off.predict(x) + (1 - self.share) * on.predict(x) for on, off in self.pairs]
        return np.asarray(np.mean(effects, axis=0), dtype=np.float64)
