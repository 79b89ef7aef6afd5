"""What is believed of styles, and of wordings within a style: in each segment of talks, how many said yes to a style for each one the model expected; so the chance that it is the best.

Styles are not all written for the same actions, so a plain rate of yes would praise the style of the easy ones. What counts is yes against the logged
chance of a yes of the very same proposals, by propensity and by what the model knows of this person's liking. Thompson sampling with its probabilities
written out: instead of drawing from the beliefs and not knowing how likely the draw was, the chance of each style to be best is worked out once, and the
choice is drawn from those chances. Thompson (1933); Chapelle & Li (2011).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

PRIOR_YES = 10.0
"""Every style starts as if it had done just as expected for this many yeses, so that a lucky first answer moves little."""
RULE_ANSWERS = 200.0
"""How many answers in a segment weigh as much as the stated rule."""
GRID = 2_000
SPREAD = 8.0
MOST_KEPT = 4_096
"""Of the chances worked out: more are begun anew."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answers:
    """To proposals said in one style, or one wording, in one segment: how many answered, how many with yes, and how many yeses the chances of a yes summed to."""

    count: int = 0
    yes: int = 0
    expected: float = 0.0


@dataclass(frozen=True, slots=True)
class Liked:
    """A style as the model sees it for one person: odds of a yes against those of the propensity, and from how many yeses it was learned."""

    odds: float = 1.0
    yes: int = 0

    def ratio(self, propensity: float) -> float:
        """The chance of a yes in this style, by the propensity."""
        return self.odds / (1.0 - propensity + self.odds * propensity)

    def coarse(self) -> "Liked":
        """To a twentieth: what is worked out for one person serves the next."""
        return Liked(max(round(self.odds * 20), 1) / 20, self.yes)


UNKNOWN = Liked()


@dataclass(frozen=True, slots=True)
class Beliefs:
    """answers by (segment, style), wordings by (segment, id of the script). Immutable but for what was worked out once."""

    answers: Mapping[Key, Answers] = field(default_factory=dict)
    wordings: Mapping[Key, Answers] = field(default_factory=dict)
    _best: dict[tuple[str, str, tuple[str, ...], tuple[Liked, ...]], tuple[float, ...]] = field(default_factory=dict, compare=False)

    def weight(self, segment: str, options: Sequence[str], liked: Sequence[Liked] = ()) -> float:
        """How much the answers count against the stated rule, in [0, 1): E / (E0 + E), 0 without an answer. E: those here, and the yeses behind the likings."""
        if not self.answers and not liked:
            return 0.0
        seen = sum(self.answers.get((segment, style), Answers()).count for style in options) + sum(one.yes for one in liked)
        return seen / (RULE_ANSWERS + seen)

    def best(self, segment: str, options: tuple[str, ...], liked: Sequence[Liked] = ()) -> tuple[float, ...]:
        """For each style the probability that it brings the most yeses here; they sum to 1. liked: of this person, one a style, or none at all."""
        coarse = tuple([one.coarse() for one in liked]) or (UNKNOWN,) * len(options)
        return self._worked_out("style", segment, options, coarse)

    def best_wording(self, segment: str, script_ids: tuple[str, ...]) -> tuple[float, ...]:
        """The same for wordings of one style; alike while nobody answered."""
        return self._worked_out("wording", segment, script_ids, (UNKNOWN,) * len(script_ids))

    def _worked_out(self, of: str, segment: str, options: tuple[str, ...], liked: tuple[Liked, ...]) -> tuple[float, ...]:
        asked = (of, segment, options, liked)
        found = self._best.get(asked)
        if found is None:
            if len(self._best) >= MOST_KEPT:
                self._best.clear()
            answers = self.wordings if of == "wording" else self.answers
            told = [answers.get((segment, option), Answers()) for option in options]
            found = self._best[asked] = chances([_gamma(one, by) for one, by in zip(told, liked, strict=True)])
        return found


def _gamma(told: Answers, liked: Liked) -> tuple[float, float]:
    """(shape, rate) of the belief in the yeses of these words for one that the propensity expects."""
    before = PRIOR_YES + liked.yes
    return told.yes + before, (told.expected + before) / liked.odds


NOTHING_BELIEVED = Beliefs()


def chances(gammas: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """P(r_i is the largest) for independent r_i ~ Gamma(shape, rate), by integrating density times the others' distribution functions."""
    shape, rate = np.array(gammas, dtype=np.float64).T
    mean, spread = shape / rate, np.sqrt(shape) / rate
    low, high = max(0.0, float((mean - SPREAD * spread).min())), float((mean + SPREAD * spread).max())
    grid = low + (high - low) * (np.arange(GRID) + 0.5) / GRID
    masses = _masses(shape, rate, grid)
    below = np.cumsum(masses, axis=1) - masses / 2.0
    wins = [float((masses[one] * np.delete(below, one, axis=0).prod(axis=0)).sum()) for one in range(len(gammas))]
    return tuple(win / sum(wins) for win in wins)


def _masses(shape: NDArray[np.float64], rate: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each Gamma(shape, rate) in each cell of the grid, (n, GRID), every row summing to 1."""
    log_density = (shape - 1.0)[:, None] * np.log(grid) - rate[:, None] * grid
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    masses: NDArray[np.float64] = density / density.sum(axis=1, keepdims=True)
    return masses
