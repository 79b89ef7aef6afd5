"""Folds of customers: what judges a row has never seen the row's customer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Fold:
    """here, others: (n,) flags, one the opposite of the other."""

    here: NDArray[np.bool_]

    @property
    def others(self) -> NDArray[np.bool_]:
        return ~self.here


def folds(units: NDArray[np.integer[Any]], seed: int, count: int = FOLDS) -> list[Fold]:
    """Every row once; all rows of one unit in the same fold. The same seed gives the same folds."""
    fold_of = np.random.default_rng(seed).permutation(int(units.max()) + 1) % count
    return [fold for number in range(count) if (fold := Fold(fold_of[units] == number)).here.any() and fold.others.any()]
