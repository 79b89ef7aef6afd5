"""Bring a few customers online up to date with the lake, without touching the others."""

from collections.abc import Sequence
from datetime import datetime

from features.compact import CompactStore
from features.events.lake import Lake
from features.home import Home
from features.moments import these_at
from features.online_write import write_online
from features.transform import active_views, connection_for, distinct_moments


def refresh(home: Home, customer_ids: Sequence[str], at: datetime, store: CompactStore | None = None) -> int:
    """Recompute these customers' views, history and trail from the lake as known at `at` and write them online; returns how many customers.

    `store` lets a long-running process keep its connection. Recomputing twice gives the same rows.
    """
    wanted = sorted(set(customer_ids))
    if not wanted:
        return 0
    lake = Lake(home)
    moments = distinct_moments(these_at(wanted, at))
    open_store = store or CompactStore(home.online)
    try:
        with connection_for(lake, moments) as connection:
            write_online(connection, active_views(connection, home), open_store, moments, at=at, told=lambda _: None)
    finally:
        if store is None:
            open_store.close()
    return len(wanted)
