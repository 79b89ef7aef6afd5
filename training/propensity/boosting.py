"""LightGBM on the encoded columns: strongly held back, the same file for the same rows and seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from training.encoded import Encoded
from training.propensity.compiled import CompiledTrees
from training.signs import signs_of

Matrix = NDArray[np.float64]

SETTINGS: dict[str, object] = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 7,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "cat_smooth": 20.0,
    "max_cat_threshold": 16,
    "deterministic": True,
    "force_row_wise": True,
    "max_bin": 63,
    "verbosity": -1,
}
FEW_ROWS = 100_000
"""Below, one thread: waiting for a second costs more than it brings. The model is the same either way."""
FEW_TO_SCORE = 512
"""Up to so many rows, the candidates of a customer, the compiled walk answers."""
ROUNDS = (20, 40, 80)
"""The numbers of rounds a selection may choose from."""

Grow = Callable[[lgb.Dataset, Mapping[str, object], int], lgb.Booster]
"""Grows trees from rows, by LightGBM's settings, in so many rounds: here, or on more machines than one."""


def grow_here(rows: lgb.Dataset, settings: Mapping[str, object], rounds: int) -> lgb.Booster:
    return lgb.train(dict(settings), rows, num_boost_round=rounds)


@dataclass(frozen=True, slots=True)
class Boosting:
    """A fitted model. `predict` gives (n,) log-odds of (n, columns). compiled: the same trees for few rows, in a model that was loaded to serve."""

    booster: lgb.Booster
    compiled: CompiledTrees | None = None

    @classmethod
    def fit(
        cls,
        x: Encoded,
        y: Matrix,
        names: tuple[str, ...],
        categorical: list[int],
        rounds: int,
        seed: int,
        weight: Matrix | None = None,
        tuned: Mapping[str, float] | None = None,
        grow: Grow = grow_here,
    ) -> "Boosting":
        """tuned: settings of LightGBM that a search chose instead of ours."""
        settings = {**SETTINGS, **(tuned or {}), **held(names), "num_threads": 1 if len(y) < FEW_ROWS else 0, "seed": seed}
        rows = lgb.Dataset(x, y, weight=weight, feature_name=_safe(names), categorical_feature=categorical, params=settings)
        return cls(grow(rows, settings, rounds))

    def predict(self, x: Matrix, rounds: int | None = None) -> Matrix:
        if self.compiled is not None and rounds is None and len(x) <= FEW_TO_SCORE:
            return self.compiled.predict(x)
        threads = 1 if len(x) < FEW_ROWS else 0
        return np.asarray(self.booster.predict(x, raw_score=True, num_iteration=rounds, num_threads=threads), dtype=np.float64)

    def candidates(self, row: Matrix, action: int, codes: NDArray[np.int64]) -> Matrix:
        """(n,) log-odds of one customer's candidates: row (columns,), codes (n,) in the place `action`, below 0 for an action nobody knows."""
        if self.compiled is not None:
            return self.compiled.candidates(row, action, codes)
        x = np.tile(row, (len(codes), 1))
        x[:, action] = np.where(codes < 0, np.nan, codes)
        return self.predict(x)

    def crowd(self, x: Matrix, action: int, codes: NDArray[np.int64]) -> Matrix:
        """(n, codes) log-odds of the candidates of many customers: x (n, columns)."""
        if self.compiled is not None:
            return self.compiled.crowd(x, action, codes)
        rows = np.repeat(x, len(codes), axis=0)
        rows[:, action] = np.tile(np.where(codes < 0, np.nan, codes), len(x))
        return self.predict(rows).reshape(len(x), len(codes))

    def contributions(self, x: Matrix) -> Matrix:
        """(n, columns + 1) in log-odds; the last column is the expectation."""
        return np.asarray(self.booster.predict(x, pred_contrib=True, num_threads=1), dtype=np.float64)

    def save(self, path: Path) -> None:
        """LightGBM's own text, no pickle."""
        self.booster.save_model(str(path))

    @classmethod
    def load(cls, path: Path) -> "Boosting":
        """Raises ValueError for a file that is missing or holds no whole trees."""
        try:
            booster = lgb.Booster(model_file=str(path))
        except lgb.basic.LightGBMError as unreadable:
            raise ValueError(f"{path} is no model of LightGBM: {unreadable}") from unreadable
        return cls(booster, CompiledTrees.of(booster.dump_model()))


def held(names: Sequence[str]) -> dict[str, object]:
    """The settings that keep the trees to the known signs of the columns."""
    signs = signs_of(names)
    return {"monotone_constraints": signs} if any(signs) else {}


def _safe(names: tuple[str, ...]) -> list[str]:
    # LightGBM refuses JSON's special characters in names.
    return ["".join(letter if letter.isalnum() or letter == "_" else "_" for letter in name) for name in names]
