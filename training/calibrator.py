"""From a raw score to a probability one can multiply with money: Platt's two numbers, fitted on slices the members never saw.

Only what every slice says is believed. When the months differ, one slice's correction is wrong on the next: a slope of 0.4 learned in a
quiet month flattens a busy one. So each slice says its own two numbers, and the smallest correction on which all agree is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Vector = NDArray[np.float64]
LEAST_SLOPE, LARGEST_SLOPE = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Calibrator:
    """probability = sigmoid(slope * score + shift), score in log-odds. Slope is positive, so the ranking stays. Platt (1999)."""

    slope: float
    shift: float

    @classmethod
    def fit(cls, slices: Sequence[tuple[Vector, Vector]]) -> "Calibrator":
        """slices: (score in log-odds, label of 0 and 1), each (m,), oldest first. Slices with one label only have no say."""
        said = [(score, label) for score, label in slices if len(label) and label.min() < label.max()]
        if not said:
            return cls(1.0, 0.0)
        middle = float(np.concatenate([score for score, _ in said]).mean())
        lines = [_line(score - middle, label) for score, label in said]
        slope = float(np.exp(_agreed([np.log(np.clip(slope, LEAST_SLOPE, LARGEST_SLOPE)) for slope, _ in lines])))
        return cls(slope, middle * (1 - slope) + _agreed([shift - middle for _, shift in lines]))

    def __call__(self, score: Vector, more: Vector | float = 0.0) -> Vector:
        """(n,) probabilities of (n,) scores; more: log-odds that are added to the corrected score."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * score + self.shift + more))), dtype=np.float64)

    def to_json(self) -> dict[str, float]:
        return {"slope": self.slope, "shift": self.shift}

    @classmethod
    def from_json(cls, saved: Mapping[str, float]) -> "Calibrator":
        return cls(saved["slope"], saved["shift"])


def _line(score: Vector, label: Vector) -> tuple[float, float]:
    """(slope, log-odds at score 0)."""
    fitted = LogisticRegression(C=100.0).fit(score[:, None], label)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _agreed(corrections: Sequence[float]) -> float:
    """The smallest correction in size when all point one way, else none."""
    if min(corrections) > 0 or max(corrections) < 0:
        return float(min(corrections, key=abs))
    return 0.0
