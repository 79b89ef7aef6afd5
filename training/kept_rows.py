"""Encoded rows in a file of one's own, in batches: read one after the other, they need the memory of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from training.encoded import Matrix, newest

BATCH = 16_384
"""Rows."""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """file: the columns as the members read them, all float64. batches: how many rows each has. label: (n,) of 0 and 1; weight: (n,), None: all alike."""

    file: Path
    batches: Sequence[int]
    label: NDArray[np.float64]
    weight: NDArray[np.float64] | None

    def batch(self, place: int) -> Matrix:
        """(rows, columns), what is missing as NaN."""
        with pq.ParquetFile(self.file) as file:
            rows = file.read_row_group(place, use_threads=False)
        return newest(rows, rows.num_rows)


def write_batches(file: Path, names: Sequence[str], tables: Iterable[pa.Table]) -> list[int]:
    """Write tables of these columns, one after the other, and say how many rows each batch has."""
    schema, batches = pa.schema([(name, pa.float64()) for name in names]), []
    with pq.ParquetWriter(file, schema, compression="zstd", compression_level=1) as writer:
        for table in tables:
            for start in range(0, table.num_rows, BATCH):
                writer.write_table(table.slice(start, BATCH))
                batches.append(min(BATCH, table.num_rows - start))
    return batches
