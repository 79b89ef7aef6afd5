"""Rows as the members read them: a matrix where they are few, and a table by columns, which copies no number, where they are many."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from training.side_by_side import by_block

Matrix = NDArray[np.float64]
Encoded: TypeAlias = Matrix | pa.Table
"""(n, columns), oldest first."""


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

    def fill(block: slice) -> None:
        for place, column in enumerate(columns):
            encoded[block, place] = column[block]

    for _ in by_block(fill, len(encoded)):
        pass
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
