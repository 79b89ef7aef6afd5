"""The rows of every view for some moments, as Parquet files in a folder: what one machine does for all customers, or for its share of them."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from features.transform import computed, rows_of
from features.views.view import Dtype, View

_TIME = pa.timestamp("us", "UTC")
ComputeRows = Callable[[duckdb.DuckDBPyConnection, Sequence[View], pa.Table, Path, Callable[[int], object]], None]
"""How a build computes: connection to the lake, views, distinct moments, the folder to write to, who hears of the moments done."""


def write_rows(
    connection: duckdb.DuckDBPyConnection, views: Sequence[View], moments: pa.Table, folder: Path, told: Callable[[int], object]
) -> None:
    """One file per view, named by it, ordered by customer and time. Whole or not: the caller renames the folder's files."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        writers = [files.enter_context(pq.ParquetWriter(folder / f"{view.name}.parquet", parquet_schema(view))) for view in views]
        for done in computed(connection, views, moments):
            for view, writer in zip(views, writers, strict=True):
                writer.write_table(_as_built(rows_of(connection, view), view))
            told(done)


def parquet_schema(view: View) -> pa.Schema:
    fields = [(field.name, pa.float64() if field.dtype is Dtype.NUMBER else pa.string()) for field in view.fields]
    return pa.schema([("customer_id", pa.string()), ("event_timestamp", _TIME), ("created", _TIME), *fields])


def _as_built(rows: pa.Table, view: View) -> pa.Table:
    # A row says only what was known at its moment, so it may be treated as created then.
    at = rows["at"].cast(_TIME)
    columns = {"customer_id": rows["customer_id"], "event_timestamp": at, "created": at}
    return pa.table(columns | {field.name: rows[field.name] for field in view.fields}).cast(parquet_schema(view))
