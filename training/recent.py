"""The level of the day: how many of the newest answers were a yes, as it was known at each moment."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.encoded import BLOCK

Vector = NDArray[np.float64]
MEMORIES = (50, 400)
"""About so many answers are remembered: each new one lets the older ones count less by one in so many."""
_PRIOR = 5.0
"""Answers' worth of trust in the rate of all answers before."""


@dataclass(frozen=True, slots=True)
class Level:
    """known: (m,) microseconds when each answer was known, in order. log_odds: (m + 1, memories) before the first answer, after the first, and so on."""

    known: NDArray[np.int64]
    log_odds: Vector

    @classmethod
    def of(cls, known: NDArray[np.int64], label: Vector) -> "Level":
        """known (m,) microseconds in any order; label (m,) of 0 and 1."""
        order = np.argsort(known, kind="stable")
        return cls(known[order], _levels(label[order]))

    def at(self, moments: NDArray[np.int64]) -> Vector:
        """(n, memories) as known before each of the moments, (n,) microseconds. Before the first answer it is the log-odds of one in two."""
        return np.asarray(self.log_odds[np.searchsorted(self.known, moments, side="left")], dtype=np.float64)

    def took(self, moment: int) -> int:
        """Microseconds that the answers took which the longest memory holds at this moment."""
        heard = int(np.searchsorted(self.known, moment, side="left"))
        return moment - int(self.known[max(heard - MEMORIES[-1], 0)])


def recent_log_odds(at: NDArray[np.int64], known: NDArray[np.int64], label: Vector) -> Vector:
    """(n, 2) log-odds of a yes among the newest answers that were known before each moment, one column a memory.

    at: (n,) microseconds; known (m,) microseconds when each label was known; label (m,) of 0 and 1.
    A moment before the first answer has the log-odds of one in two.
    """
    return Level.of(known, label).at(at)


def _levels(label: Vector) -> Vector:
    """(n + 1, memories): before the first answer, after the first, and so on."""
    levels = np.empty((len(label) + 1, len(MEMORIES)))
    keep = [1 - 1 / memory for memory in MEMORIES]
    yes, seen, all_yes = [0.0] * len(MEMORIES), [0.0] * len(MEMORIES), 0.0
    for place, answer in enumerate(_one_by_one(label)):
        overall = (all_yes + 1) / (place + 2)
        for column, kept in enumerate(keep):
            rate = (yes[column] + _PRIOR * overall) / (seen[column] + _PRIOR)
            levels[place, column] = np.log(rate / (1 - rate))
            yes[column], seen[column] = yes[column] * kept + answer, seen[column] * kept + 1
        all_yes += answer
    return levels


def _one_by_one(label: Vector) -> Iterator[float]:
    """And one more, after which nobody asks. As Python's numbers a block at a time: together they are several times as large."""
    for start in range(0, len(label), BLOCK):
        yield from label[start : start + BLOCK].tolist()
    yield 0.0
