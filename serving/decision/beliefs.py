"""What is believed of styles: in each segment of talks, how many said yes to a style for each one the model expected; so the chance that it is the best.

Styles are not all written for the same actions, so a plain rate of yes would praise the style of the easy ones. What counts is yes against the logged
propensity of the very same proposals. Thompson sampling with its probabilities written out: instead of drawing from the beliefs and not knowing how
likely the draw was, the chance of each style to be best is worked out once, and the choice is drawn from those chances. Thompson (1933); Chapelle & Li (2011).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import lgamma, sqrt

import numpy as np
from numpy.typing import NDArray

PRIOR_YES = 10.0
"""Every style starts as if it had done just as expected for this many yeses, so that a lucky first answer moves little."""
RULE_ANSWERS = 200.0
"""How many answers in a segment weigh as much as the stated rule."""
GRID = 2_000
SPREAD = 8.0

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answers:
    """To proposals said in one style in one segment: how many answered, how many with yes, and how many yeses the propensities summed to."""

    count: int = 0
    yes: int = 0
    expected: float = 0.0


@dataclass(frozen=True, slots=True)
class Beliefs:
    """answers by (segment, style). Immutable but for what was worked out once."""

    answers: Mapping[Key, Answers] = field(default_factory=dict)
    _best: dict[tuple[str, tuple[str, ...]], tuple[float, ...]] = field(default_factory=dict, compare=False)

    def weight(self, segment: str, options: Sequence[str]) -> float:
        """How much the answers count against the stated rule, in [0, 1): E / (E0 + E), 0 without an answer."""
        if not self.answers:
            return 0.0
        seen = sum(self.answers.get((segment, style), Answers()).count for style in options)
        return seen / (RULE_ANSWERS + seen)

    def best(self, segment: str, options: tuple[str, ...]) -> tuple[float, ...]:
        """For each option the probability that it brings the most yeses for what was expected here; they sum to 1."""
        found = self._best.get((segment, options))
        if found is None:
            told = [self.answers.get((segment, style), Answers()) for style in options]
            found = self._best[segment, options] = chances([(one.yes + PRIOR_YES, one.expected + PRIOR_YES) for one in told])
        return found


NOTHING_BELIEVED = Beliefs()


def chances(gammas: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """P(r_i is the largest) for independent r_i ~ Gamma(shape, rate), by integrating density times the others' distribution functions."""
    means = [shape / rate for shape, rate in gammas]
    spreads = [sqrt(shape) / rate for shape, rate in gammas]
    low = max(0.0, min(mean - SPREAD * spread for mean, spread in zip(means, spreads, strict=True)))
    high = max(mean + SPREAD * spread for mean, spread in zip(means, spreads, strict=True))
    grid = low + (high - low) * (np.arange(GRID) + 0.5) / GRID
    masses = np.array([_mass(shape, rate, grid) for shape, rate in gammas])
    below = np.cumsum(masses, axis=1) - masses / 2.0
    wins = [float((masses[one] * np.delete(below, one, axis=0).prod(axis=0)).sum()) for one in range(len(gammas))]
    return tuple(win / sum(wins) for win in wins)


def _mass(shape: float, rate: float, grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of Gamma(shape, rate) in each cell of the grid, (GRID,), summing to 1."""
    log_density = (shape - 1.0) * np.log(grid) - rate * grid + shape * np.log(rate) - lgamma(shape)
    density = np.exp(log_density - log_density.max())
    mass: NDArray[np.float64] = density / density.sum()
    return mass
