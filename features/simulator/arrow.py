"""Columns of the world as Arrow arrays: words, times, ids."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.simulator.dice import Flags, Ints


def words(slots: Ints, known: tuple[str, ...]) -> pa.Array:
    """Indices as their words; -1 is missing."""
    return pa.array(known, pa.string()).take(pa.array(slots, pa.int64(), mask=slots < 0))


def times(seconds: Ints) -> pa.Array:
    return pa.array(seconds * 1_000_000, pa.int64()).cast(pa.timestamp("us", tz="UTC"))


def ids(letter: str, numbers: Ints, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers + 1, pa.int64()).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(letter), digits, "")


def customers(who: Ints) -> pa.Array:
    return ids("c", who, 6)


def some(values: NDArray[np.generic], kind: pa.DataType, present: Flags) -> pa.Array:
    return pa.array(values, kind, mask=~present)
