"""What chance kept from sight counts more: rows weighed by the logged probability with which their action was shown.

A log shows most what its policy liked. Weighed by 1 / probability it looks like one in which chance had shown everything alike, which is what a
model must answer for when it ranks what the policy did not show; the price is noise, so no row weighs more than ten ordinary ones. Cortes et al. (2008).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 10.0
"""Times the weight in the middle."""
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighing:
    """How rows are weighed: never more than `most`, `unknown` where nobody logged a probability, all divided by `mean`."""

    most: float
    unknown: float
    mean: float

    @classmethod
    def of(cls, probability: Vector) -> "Weighing":
        """So that these rows have a mean weight of 1; see `logged_weight`."""
        weight = _inverse(probability)
        known = np.isfinite(weight)
        if not known.any():
            return cls(1.0, 1.0, 1.0)
        most = MOST * np.median(weight[known])
        weight = np.minimum(weight, most)
        unknown = weight[known].mean()
        return cls(float(most), float(unknown), float(np.where(known, weight, unknown).mean()))

    def __call__(self, probability: Vector) -> Vector:
        weight = _inverse(probability)
        return np.asarray(np.where(np.isfinite(weight), np.minimum(weight, self.most), self.unknown) / self.mean, dtype=np.float64)


def logged_weight(probability: Vector) -> Vector:
    """(n,) weights with a mean of 1; probability (n,) in (0, 1], NaN where nobody logged one: such a row counts like an average one."""
    return Weighing.of(probability)(probability)


def _inverse(probability: Vector) -> Vector:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(probability > 0, 1.0 / probability, np.nan)
