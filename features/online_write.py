"""From the lake into the online store: the views, the history and the trail of customers at one moment."""

from collections.abc import Callable, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from features.compact import CompactStore
from features.past_rows import histories, trails
from features.transform import computed, rows_of
from features.views.view import View


def write_online(
    connection: duckdb.DuckDBPyConnection,
    views: Sequence[View],
    store: CompactStore,
    moments: pa.Table,
    *,
    at: datetime,
    told: Callable[[int], object],
) -> None:
    """Compute the views for `moments` (one per customer, all at `at`) and write them online. `told` hears the customers done."""
    for done in computed(connection, views, moments):
        for position, view in enumerate(views):
            store.write_view(view, position, rows_of(connection, view), at)
        store.write_trail(trails(connection), at)
        store.write_histories(histories(connection))
        told(done)
    store.rows.settle()
