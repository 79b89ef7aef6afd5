"""Bring a few customers, or a few identities, online up to date with the lake, without touching the others."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from features.compact import CompactStore, open_reader
from features.events.lake import Lake
from features.events.persons import Persons
from features.home import Home
from features.identities import owners_of
from features.moments import each_at
from features.online_write import write_online
from features.transform import active_views, connection_for, distinct_moments


def refresh(home: Home, customer_ids: Sequence[str], at: datetime, store: CompactStore | None = None) -> int:
    """Recompute these customers' views, history, trail and person from the lake as known at `at` and write them online; returns how many customers.

    Whoever was ever merged with one of them is recomputed too: they see the same events, or no longer do.

    A customer who stands online at a later moment is recomputed for that one: nobody goes back in time. `store` lets a long-running process
    keep its connection. Recomputing twice gives the same rows.
    """
    lake = Lake(home)
    persons = lake.persons()
    wanted = sorted(persons.circle(customer_ids))
    if not wanted:
        return 0
    with _opened(home, store) as online:
        stand = online.stand_at(wanted)
        each = {customer: max(at, stand.get(customer, at)) for customer in wanted}
        moments = distinct_moments(each_at(each))
        with connection_for(lake, moments) as connection:
            write_online(connection, active_views(connection, home), online, moments, told=lambda _: None)
        online.write_persons(ids_online(persons, each))
    return len(wanted)


def refresh_identities(home: Home, hashed: Sequence[str], store: CompactStore | None = None) -> None:
    """Write online who owns these identities (hashed values), and since when."""
    if hashed:
        with _opened(home, store) as online, Lake(home).connect() as connection:
            online.write_owners(owners_of(connection, hashed))


def ids_online(persons: Persons, each: Mapping[str, datetime]) -> dict[str, tuple[str, ...]]:
    """What the online store keeps of customers' persons, each at a moment: all ids, nothing for a customer alone. Who was never merged is left out."""
    found = {who: persons.ids_at(who, at) for who, at in each.items() if persons.of(who)}
    return {who: ids if len(ids) > 1 else () for who, ids in found.items()}


@contextmanager
def _opened(home: Home, store: CompactStore | None) -> Iterator[CompactStore]:
    online = store or open_reader(home)
    try:
        yield online
    finally:
        if store is None:
            online.close()
