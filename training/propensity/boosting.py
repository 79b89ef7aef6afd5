"""LightGBM on the encoded columns: regular by default, stopped early on a later slice, the same file for the same rows and seed."""

from dataclasses import dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

SETTINGS: dict[str, object] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "cat_smooth": 20.0,
    "max_cat_threshold": 16,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbosity": -1,
}
MOST_ROUNDS = 400
PATIENCE = 40


@dataclass(frozen=True, slots=True)
class Boosting:
    """A fitted model. `predict` gives (n,) uncalibrated probabilities of (n, columns)."""

    booster: lgb.Booster

    @classmethod
    def fit(
        cls, x: Matrix, y: Matrix, names: tuple[str, ...], categorical: list[int], rounds: int, seed: int, weight: Matrix | None = None
    ) -> "Boosting":
        rows = lgb.Dataset(x, y, weight=weight, feature_name=_safe(names), categorical_feature=categorical, free_raw_data=True)
        return cls(lgb.train({**SETTINGS, "seed": seed}, rows, num_boost_round=rounds))

    @classmethod
    def rounds(
        cls, x: Matrix, y: Matrix, later_x: Matrix, later_y: Matrix, categorical: list[int], seed: int, weight: Matrix | None = None
    ) -> int:
        """How many rounds do best on the later slice (x is (n, columns), later_x (m, columns))."""
        rows = lgb.Dataset(x, y, weight=weight, categorical_feature=categorical)
        later = lgb.Dataset(later_x, later_y, reference=rows, categorical_feature=categorical)
        stopping = lgb.early_stopping(PATIENCE, verbose=False)
        booster = lgb.train({**SETTINGS, "seed": seed}, rows, MOST_ROUNDS, valid_sets=[later], callbacks=[stopping])
        return max(booster.best_iteration, 10)

    def predict(self, x: Matrix) -> Matrix:
        return np.asarray(self.booster.predict(x, num_threads=1), dtype=np.float64)

    def contributions(self, x: Matrix) -> Matrix:
        """(n, columns + 1) in log-odds; the last column is the expectation."""
        return np.asarray(self.booster.predict(x, pred_contrib=True, num_threads=1), dtype=np.float64)

    def save(self, path: Path) -> None:
        """LightGBM's own text, no pickle."""
        self.booster.save_model(str(path))

    @classmethod
    def load(cls, path: Path) -> "Boosting":
        return cls(lgb.Booster(model_file=str(path)))


def _safe(names: tuple[str, ...]) -> list[str]:
    # LightGBM refuses JSON's special characters in names.
    return ["".join(letter if letter.isalnum() or letter == "_" else "_" for letter in name) for name in names]
