"""What each customer still remembers of each action: the last few times it was shown or declined."""

from dataclasses import dataclass

import numpy as np

from features.simulator.dice import Floats, Ints
from features.simulator.words import DAY

SHOWN_WINDOW = 60 * DAY
DECLINED_WINDOW = 90 * DAY
_KEPT = 4


@dataclass(slots=True)
class Memory:
    """times: (customers, actions, kept) seconds since 1970 of the newest events; older ones fall out.
    Counts stop at `kept`: nobody tires without end.
    """

    times: Ints
    window: int

    @classmethod
    def empty(cls, customers: int, actions: int, window: int) -> "Memory":
        return cls(np.full((customers, actions, _KEPT), np.iinfo(np.int64).min // 2, dtype=np.int64), window)

    def count(self, who: Ints, action: Ints, at: Ints) -> Floats:
        """(n,) events within the window before `at`."""
        times = self.times[who, action]
        counts: Floats = ((times > (at - self.window)[:, None]) & (times < at[:, None])).sum(axis=1).astype(np.float64)
        return counts

    def note(self, who: Ints, action: Ints, at: Ints) -> None:
        """Remember one event a row. The pairs (who, action) of one call must be different."""
        self.times[who, action, :-1] = self.times[who, action, 1:]
        self.times[who, action, -1] = at
