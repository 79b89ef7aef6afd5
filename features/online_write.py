"""From the lake into the online store: the views, the history and the trail of customers, each at a moment of their own."""

from collections.abc import Callable, Sequence

import duckdb
import pyarrow as pa

from features.clock import WallClock
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
    told: Callable[[int], object],
) -> None:
    """Compute the views for `moments` (one per customer) and write them online. `told` hears the customers done.

    Of two computations for one moment the later one counts: it saw all the earlier one saw.
    """
    for done in computed(connection, views, moments):
        created = WallClock().now()
        for position, view in enumerate(views):
            store.write_view(view, position, rows_of(connection, view), created)
        store.write_past(histories(connection), trails(connection), created)
        told(done)
    store.settle()
