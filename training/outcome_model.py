"""The expected outcome of a row: small LightGBM trees for a reward, an answer, a spend. Replay and uplift build on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
_LARGE = 5_000_000


@dataclass(frozen=True, slots=True)
class Trees:
    """How large and how cautious. rounds x leaves trees; least: rows a leaf must hold; l2: pull of a leaf towards 0."""

    rounds: int = 80
    leaves: int = 8
    least: int = 100
    rate: float = 0.05
    l2: float = 20.0
    objective: str = "regression"


@dataclass(frozen=True, slots=True)
class OutcomeModel:
    """A fitted model. `predict` gives (m,) expected outcomes of (m, columns)."""

    booster: lgb.Booster

    @classmethod
    def fit(
        cls, x: Matrix, y: Matrix, trees: Trees, seed: int, *, weight: Matrix | None = None, categorical: Sequence[int] = ()
    ) -> "OutcomeModel":
        """x: (n, columns), missing is NaN; y: (n,), in [0, 1] for the objective 'cross_entropy'."""
        settings = {
            "objective": trees.objective,
            "learning_rate": trees.rate,
            "num_leaves": trees.leaves,
            "min_data_in_leaf": min(trees.least, max(1, len(y) // 8)),
            "lambda_l2": trees.l2,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "feature_fraction": 0.8,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": _threads(x),
            "verbosity": -1,
            "seed": seed,
        }
        rows = lgb.Dataset(x, y, weight=weight, categorical_feature=list(categorical))
        return cls(lgb.train(settings, rows, num_boost_round=trees.rounds))

    def predict(self, x: Matrix) -> Matrix:
        return np.asarray(self.booster.predict(x, num_threads=_threads(x)), dtype=np.float64)


def _threads(x: Matrix) -> int:
    """Small tables are done sooner by one thread than two threads have waited for each other."""
    return 2 if x.size > _LARGE else 1
