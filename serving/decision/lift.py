"""Lift: what advice brings over chance, and whether the figures can tell."""

from dataclasses import dataclass
from math import sqrt

INTERVAL = 1.959963984540054
"""Standard errors to each side for 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """yes of count."""

    yes: int
    count: int

    @property
    def rate(self) -> float:
        return self.yes / self.count if self.count else float("nan")


@dataclass(frozen=True, slots=True)
class Lift:
    """value = test rate / control rate - 1, with the standard error of the delta method for a ratio of two independent shares.

    shown: False when the interval includes 0, or where there is too little to compute it; value is then nothing to act upon.
    """

    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    shown: bool


def lift_of(test: Share, control: Share) -> Lift:
    """120 of 1,000 against 100 of 1,000 -> 0.20, SE 0.1534, -0.10 .. 0.50, not shown. Nothing without a yes on both sides."""
    if not (test.yes and control.yes):
        return Lift(None, None, None, None, False)
    ratio = test.rate / control.rate
    error = ratio * sqrt((1.0 - test.rate) / test.yes + (1.0 - control.rate) / control.yes)
    low, high = ratio - 1.0 - INTERVAL * error, ratio - 1.0 + INTERVAL * error
    return Lift(ratio - 1.0, error, low, high, not low <= 0.0 <= high)
