"""Rows as the members read them: a matrix where they are few, and a table by columns, which copies no number, where they are many."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Encoded: TypeAlias = Matrix | pa.Table
"""(n, columns), oldest first."""
BLOCK = 4096
"""So many rows are worked on at once: what stays near the processor is done in a fraction of the time, and needs no copy of all."""


def coded(words: pa.ChunkedArray, codes: Mapping[str, int]) -> pa.ChunkedArray:
    """Codes from 0; a missing word and one without a code are both null."""
    known = pa.array(sorted(codes, key=lambda word: codes[word]), pa.string())
    return pc.index_in(words.cast(pa.string()), value_set=known).cast(pa.float64())


def newest(rows: Encoded, count: int) -> Matrix:
    """(at most count, columns) of the last rows, what is missing as NaN."""
    start = max(len(rows) - count, 0)
    if isinstance(rows, np.ndarray):
        return rows[start:]
    encoded = np.empty((len(rows) - start, rows.num_columns))
    columns = [column.to_numpy() for column in rows.slice(start).columns]
    for first in range(0, len(encoded), BLOCK):
        block = encoded[first : first + BLOCK]
        for place, column in enumerate(columns):
            block[:, place] = column[first : first + BLOCK]
    return encoded


def without(rows: Encoded, places: Sequence[int]) -> Encoded:
    """The same with nothing known in these columns."""
    if not places:
        return rows
    if isinstance(rows, np.ndarray):
        kept = rows.copy()
        kept[:, places] = np.nan
        return kept
    for place in places:
        rows = rows.set_column(place, rows.field(place), pa.nulls(len(rows), pa.float64()))
    return rows
