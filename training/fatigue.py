"""What a person was told of an action before, and what that does to the next yes: being shown it again tires, a no more so, a yes says there is a need.

A few coefficients on top of the propensity's log-odds, learned from all actions together; what an earlier yes means is each action's own,
for some things are wanted once. Shown and declined may only lower the odds: where the answers say otherwise, they are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.customer import NOTHING_BEFORE, Before
from training.ahead import Ahead, log_loss_taken_off
from training.propensity.ridge import ridge_logistic

Matrix = NDArray[np.float64]
PULL = 10.0
"""How strongly every coefficient is drawn to none."""
TIRING = (0, 1)
"""Of `Before`: the counts that may only lower the odds."""
_ACCEPTED = 2
LEAST_ROWS = 50
"""An action that was accepted before in fewer rows has no coefficient of its own for it."""


@dataclass(frozen=True, slots=True)
class Fatigue:
    """In log-odds: base for everybody; counts: per log(1 + count) of `Before`; again: what an earlier yes adds, by action."""

    base: float
    counts: tuple[float, float, float]
    again: Mapping[str, float]

    @classmethod
    def fit(cls, before: Matrix, action_ids: Sequence[str], label: Matrix, offset: Matrix) -> "Fatigue":
        """before (n, 3) as `Before`, label (n,) of 0 and 1, offset (n,) log-odds of the propensity."""
        named, accepted = np.array(action_ids), before[:, _ACCEPTED] > 0
        own = [name for name in sorted(set(action_ids)) if (accepted & (named == name)).sum() >= LEAST_ROWS]
        design = np.column_stack([np.log1p(before), *[accepted & (named == name) for name in own]])
        free = np.ones(design.shape[1], dtype=np.bool_)
        while True:
            found = ridge_logistic(design[:, free], label, np.ones(len(label)), PULL, np.zeros(int(free.sum()) + 1), offset)
            fitted = np.zeros(design.shape[1])
            fitted[free] = found[1:]
            rising = [place for place in TIRING if fitted[place] > 0]
            if not rising:
                break
            free[rising] = False
        first, second, third = fitted[:3].tolist()
        return cls(float(found[0]), (first, second, third), dict(zip(own, fitted[3:].tolist(), strict=True)))

    def __call__(self, before: Matrix, action_ids: Sequence[str]) -> Matrix:
        """(n,) log-odds on top of the propensity's; before (n, 3)."""
        return np.asarray(self.base + self.parts(before, action_ids).sum(axis=1), dtype=np.float64)

    def of(self, before: Mapping[str, Before], action_ids: Sequence[str]) -> Matrix:
        """The same for the candidates of one person."""
        if not before:
            return np.full(len(action_ids), self.base)
        return self(
            np.array([before.get(action_id, NOTHING_BEFORE) for action_id in action_ids], dtype=np.float64).reshape(-1, 3), action_ids
        )

    def of_many(self, before: Sequence[Mapping[str, Before]], action_ids: Sequence[str]) -> Matrix:
        """(n, actions) the same for the candidates of n persons: worked out where anything was heard, everybody else has the base."""
        places = {action_id: place for place, action_id in enumerate(action_ids)}
        heard = [(row, places[name], name, told) for row, mine in enumerate(before) for name, told in mine.items() if name in places]
        added = np.full((len(before), len(action_ids)), self.base)
        if heard:
            rows, columns, names, counts = zip(*heard, strict=True)
            added[list(rows), list(columns)] = self(np.array(counts, dtype=np.float64), names)
        return added

    def of_one(self, before: Mapping[str, Before], action_id: str) -> Matrix:
        """(3,) what each count of this action adds."""
        return np.asarray(self.parts(np.array([before.get(action_id, NOTHING_BEFORE)], dtype=np.float64), [action_id])[0])

    def parts(self, before: Matrix, action_ids: Sequence[str]) -> Matrix:
        """(n, 3) what each count adds."""
        added = np.log1p(before) * np.array(self.counts)
        again = np.array([self.again.get(action_id, 0.0) for action_id in action_ids])
        added[:, _ACCEPTED] += np.where(before[:, _ACCEPTED] > 0, again, 0.0)
        return np.asarray(added, dtype=np.float64)

    def to_json(self) -> dict[str, object]:
        return {"base": self.base, "counts": list(self.counts), "again": dict(self.again)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Fatigue":
        first, second, third = saved["counts"]
        return cls(saved["base"], (first, second, third), saved["again"])


def learn(before: Matrix, action_ids: Sequence[str], label: Matrix, *, ahead: Ahead, offset: Matrix) -> Fatigue | None:
    """The fatigue that the forward folds confirm, learned from all these rows; None when it lowers no log loss. ahead: of the last rows of these."""
    first = len(label) - len(ahead.label)
    recent, named = before[first:], list(action_ids[first:])

    def judge(known: slice, judged: slice) -> tuple[Matrix, Matrix]:
        fatigue = Fatigue.fit(recent[known], named[known], ahead.label[known], ahead.score[known])
        return ahead.score[judged], ahead.score[judged] + fatigue(recent[judged], named[judged])

    return Fatigue.fit(before, action_ids, label, offset) if log_loss_taken_off(ahead, judge) > 0 else None
