"""From a raw score to a probability one can multiply with money: Platt's two numbers, fitted on a slice the trees never saw."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Vector = NDArray[np.float64]
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Calibrator:
    """probability = sigmoid(slope * logit(raw) + shift). Slope is never negative, so the ranking stays. Platt (1999)."""

    slope: float
    shift: float

    @classmethod
    def fit(cls, raw: Vector, label: Vector) -> "Calibrator":
        """raw (n,) in (0, 1); label (n,) of 0 and 1. With one label only, or a slope that would turn the ranking, only the level is moved."""
        if label.min() < label.max():
            fitted = LogisticRegression(C=100.0).fit(_logit(raw)[:, None], label)
            if fitted.coef_[0, 0] > 0:
                return cls(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))
        smoothed = (label.sum() + 1) / (len(label) + 2)
        return cls(1.0, float(_logit(np.array([smoothed]))[0] - _logit(np.array([raw.mean()]))[0]))

    def __call__(self, raw: Vector) -> Vector:
        return np.asarray(1 / (1 + np.exp(-(self.slope * _logit(raw) + self.shift))), dtype=np.float64)

    def to_json(self) -> dict[str, float]:
        return {"slope": self.slope, "shift": self.shift}

    @classmethod
    def from_json(cls, saved: Mapping[str, float]) -> "Calibrator":
        return cls(saved["slope"], saved["shift"])


def _logit(raw: Vector) -> Vector:
    clipped = np.clip(raw, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)
