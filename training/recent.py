"""The level of the day: how many of the newest answers were a yes, as it was known at each moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from training.side_by_side import BLOCK

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
    """(n + 1, memories): before the first answer, after the first, and so on. A block at a time: what is in between takes no room."""
    levels = np.empty((len(label) + 1, len(MEMORIES)))
    yes, seen, all_yes = [0.0] * len(MEMORIES), [0.0] * len(MEMORIES), 0.0
    for start in range(0, max(len(label), 1), BLOCK):
        answers = label[start : start + BLOCK]
        places = np.arange(start, start + len(answers) + 1)
        overall = (all_yes + np.append(0.0, np.cumsum(answers)) + 1) / (places + 2)
        for column, memory in enumerate(MEMORIES):
            faded, counted = _faded(answers, memory, yes[column]), _faded(np.ones(len(answers)), memory, seen[column])
            rate = (faded + _PRIOR * overall) / (counted + _PRIOR)
            levels[places, column] = np.log(rate / (1 - rate))
            yes[column], seen[column] = faded[-1], counted[-1]
        all_yes += answers.sum()
    return levels


def _faded(values: Vector, memory: int, before: float) -> Vector:
    """(n + 1,) a sum in which each value counts less by one in `memory` with every one that follows: before the first, which is `before`, after the first, and so on."""
    kept = 1 - 1 / memory
    return np.append(before, lfilter([1.0], [1.0, -kept], values, zi=[kept * before])[0])
