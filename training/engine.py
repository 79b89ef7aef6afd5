"""Where the trees are grown that learn from all rows, and who reads the rows where they are too many for this machine."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from training.propensity.boosting import Grow, grow_here
from training.read_share import Asked, Tally
from training.recent import Level

ROWS_HERE = 1_000_000
"""Proposals."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Machines that read a share of the persons each and hold its rows. grow: from the rows they hold; of those it is given it takes the bins alone.

    tally: of each share; waits until all are read.
    """

    grow: Grow
    tally: Callable[[], list[Tally]]


Reading = Callable[[Asked, Level], AbstractContextManager[Readers]]
"""What is asked of each, and the level of the day by all answers."""


@dataclass(frozen=True, slots=True)
class Engine:
    """grow: from rows that are here. reading: by machines that can read the lake; None: there are none.

    rows_here: of more proposals than these a sample is read into this process, and all of them by the machines that can.
    """

    grow: Grow = grow_here
    reading: Reading | None = None
    rows_here: int = ROWS_HERE


HERE = Engine()
