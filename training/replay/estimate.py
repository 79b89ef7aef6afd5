"""An estimate that says how sure it is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Vector = NDArray[np.float64]
Units = NDArray[np.integer[Any]]
CONFIDENCE = 0.95
_STRAIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class Estimate:
    """Value per proposal, its standard error and the 95 % interval low .. high, all in the reward's unit."""

    value: float
    standard_error: float
    low: float
    high: float

    @classmethod
    def of_mean(cls, contributions: Vector, units: Units | None = None) -> "Estimate":
        """The mean of (n,) contributions, n >= 2. Rows of one unit (customer) may depend on each other, rows of different units do not."""
        value = float(contributions.mean())
        return cls.of_influence(value, contributions - value, units)

    @classmethod
    def of_influence(cls, value: float, influence: Vector, units: Units | None = None) -> "Estimate":
        """A value whose error is the mean of (n,) influences (they sum to about 0). Student's t over the units, mended for their skewness."""
        sums = influence if units is None else np.bincount(units, influence)
        count = len(sums)
        error = float(np.sqrt((sums**2).sum() * count / (count - 1)) / len(influence))
        quantile = float(stats.t.ppf(0.5 + CONFIDENCE / 2, count - 1))
        skewness = float(stats.skew(sums)) / np.sqrt(count) if error else 0.0
        return cls(value, error, value - error * _mended(quantile, skewness), value - error * _mended(-quantile, skewness))

    def to_json(self) -> dict[str, float]:
        return {"value": self.value, "standard_error": self.standard_error, "low": self.low, "high": self.high}


def _mended(quantile: float, skewness: float) -> float:
    """The quantile of the studentised mean when the sum of the units has this skewness: rewards are rare, so their means lean. Hall (1992)."""
    if abs(skewness) < _STRAIGHT:
        return quantile
    return float((3 / skewness) * (np.cbrt(1 + skewness * (quantile - skewness / 6)) - 1))
