"""Can this log speak about this candidate at all? How much it knows, and when to refuse."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import TooLittleOverlap, ZeroSupport

Matrix = NDArray[np.float64]
LEAST_EFFECTIVE = 50.0
"""Rows' worth of information below which an interval by the normal law cannot be trusted."""
_TRACE = 1e-9
_DOUBT = 4.0


@dataclass(frozen=True, slots=True)
class Overlap:
    """effective_rows: (sum w)^2 / sum w^2, how many rows drawn by the candidate itself would tell as much. effective_share: of all rows.

    zero_support: share of the candidate's proposals that the log could never have made. largest_weight: target / logged at its worst.
    mean_weight: 1 but for chance when the logged probabilities are true; mean_weight_error is its standard error.
    """

    rows: int
    effective_rows: float
    effective_share: float
    zero_support: float
    largest_weight: float
    mean_weight: float
    mean_weight_error: float

    @classmethod
    def of(cls, logged: Matrix, target: Matrix, action: NDArray[np.intp]) -> "Overlap":
        """logged, target: (n, actions) probabilities, logged NaN where the log does not say it; action: (n,) column that was shown."""
        rows = np.arange(len(action))
        weight = target[rows, action] / logged[rows, action]
        squares = float((weight**2).sum())
        effective = float(weight.sum()) ** 2 / squares if squares else 0.0
        unreachable = float(np.where(logged == 0, target, 0.0).sum(axis=1).mean())
        error = float(weight.std() / np.sqrt(len(weight)))
        mean = float(weight.mean())
        return cls(len(rows), effective, effective / len(rows), unreachable, float(weight.max()), mean, error)

    def refuse(self, allowed: float = 0.0) -> None:
        """Raises ZeroSupport past the allowed share of proposals the log never makes, TooLittleOverlap where too few rows speak."""
        if self.zero_support > allowed + _TRACE:
            raise ZeroSupport(
                f"{self.zero_support:.1%} of the candidate's proposals have probability 0 in the log: it cannot tell what they would bring. "
                f"Keep a share of exploration on those actions, change the candidate, or accept the gap with --allow-zero-support {self.zero_support:.3f}"
            )
        if self.effective_rows < LEAST_EFFECTIVE:
            raise TooLittleOverlap(
                f"{self.rows:,} rows of the log tell as much as {self.effective_rows:.0f} rows of the candidate, fewer than {LEAST_EFFECTIVE:.0f}: "
                "give a longer log, or one that explored more."
            )

    def warnings(self) -> list[str]:
        """What to doubt, in words."""
        said = []
        if self.zero_support > _TRACE:
            said.append(
                f"{self.zero_support:.1%} of the candidate's proposals are beyond the log; their value is counted as 0 by IPS and guessed by DR."
            )
        if abs(self.mean_weight - 1) > _DOUBT * self.mean_weight_error + _TRACE + self.zero_support:
            said.append(
                f"the weights' mean is {self.mean_weight:.3f} where it should be 1: the logged probabilities are not those the log was drawn by, "
                "or the rows were chosen after the action was known."
            )
        return said

    def to_json(self) -> dict[str, float]:
        return {
            "rows": self.rows,
            "effective_rows": self.effective_rows,
            "effective_share": self.effective_share,
            "zero_support": self.zero_support,
            "largest_weight": self.largest_weight,
            "mean_weight": self.mean_weight,
        }
