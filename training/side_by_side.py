"""The same work on every item, a thread a processor: numpy, Arrow and LightGBM let go of the interpreter while they compute."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

BLOCK = 4096
"""So many rows are worked on at once: what stays near the processor is done in a fraction of the time, and needs no copy of all."""
MANY_ROWS = 50_000
"""From so many rows on their blocks and columns are shared among threads; fewer are done before a second thread has begun."""
Item = TypeVar("Item")
Done = TypeVar("Done")


def side_by_side(work: Callable[[Item], Done], items: Iterable[Item]) -> list[Done]:
    """What the work gives for each item, in their order: the same as one after the other."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))


def by_column(work: Callable[[int], Done], places: Iterable[int], rows: int) -> list[Done]:
    """What the work gives for each of these columns, of so many rows."""
    return list(map(work, places)) if rows < MANY_ROWS else side_by_side(work, places)


def by_block(work: Callable[[slice], Done], rows: int) -> Iterator[Done]:
    """What the work gives for each block of so many rows, first rows first."""
    blocks = (slice(first, min(first + BLOCK, rows)) for first in range(0, rows, BLOCK))
    yield from map(work, blocks) if rows < MANY_ROWS else side_by_side(work, blocks)
