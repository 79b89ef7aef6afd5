"""Whether something said on top of the propensity holds for the rows that follow: judged on log-odds that had not seen them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from training.evaluation.losses import losses

Matrix = NDArray[np.float64]
Judge = Callable[[slice, slice], tuple[Matrix, Matrix] | None]
"""Learns from the first rows, and gives the (n,) log-odds of the second without and with what it learned; None: nothing to learn."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """score (n,) log-odds from models that had not seen the rows, label (n,), oldest first; ends: where each slice ends."""

    score: Matrix
    label: Matrix
    ends: tuple[int, ...]

    @classmethod
    def of(cls, slices: Sequence[tuple[Matrix, Matrix]]) -> "Ahead":
        """slices: (log-odds, label) of consecutive rows."""
        ends = np.cumsum([len(label) for _, label in slices])
        return cls(np.concatenate([score for score, _ in slices]), np.concatenate([label for _, label in slices]), tuple(ends.tolist()))


def log_loss_taken_off(ahead: Ahead, judge: Judge) -> float:
    """Summed over every slice after the first, each judged by what the ones before it taught."""
    return float(np.nansum(losses_taken_off(ahead, judge)))


def losses_taken_off(ahead: Ahead, judge: Judge) -> Matrix:
    """(n,) the same by row; NaN where nothing was learned to be judged."""
    gained = np.full(len(ahead.label), np.nan)
    for start, end in pairwise(ahead.ends):
        said = judge(slice(0, start), slice(start, end))
        if said is not None:
            without, with_it = (losses(ahead.label[start:end], 1 / (1 + np.exp(-score))) for score in said)
            gained[start:end] = without - with_it
    return gained
