"""An export on disk: Parquet or CSV by the file's ending, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from serving.cli.exports.source import Export

ENDINGS = (".parquet", ".csv", ".csv.gz")


def ending_of(path: Path) -> str:
    """Raises UsageError for a file that is neither Parquet nor CSV."""
    found = next((ending for ending in ENDINGS if path.name.endswith(ending)), None)
    if found is None:
        raise click.UsageError(f"--out {path}: end the name with one of {', '.join(ENDINGS)}")
    return found


def write(path: Path, export: Export) -> int:
    """Returns the rows written. The file appears only once it is whole."""
    ending = ending_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    arriving = path.with_name(f".{path.name}.arriving")
    rows = 0
    try:
        with _writer(arriving, ending, export.schema) as writer:
            for piece in export.pieces:
                writer.write_table(piece)
                rows += piece.num_rows
        arriving.replace(path)
    finally:
        arriving.unlink(missing_ok=True)
    return rows


@contextmanager
def _writer(path: Path, ending: str, schema: pa.Schema) -> Iterator[Any]:
    if ending == ".parquet":
        with pq.ParquetWriter(path, schema, compression="zstd") as parquet:
            yield parquet
        return
    with (
        pa.CompressedOutputStream(path, "gzip") if ending == ".csv.gz" else pa.OSFile(str(path), "wb") as sink,
        pacsv.CSVWriter(sink, schema) as csv,
    ):
        yield csv
