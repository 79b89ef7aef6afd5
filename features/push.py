"""From an event to the online view within a second: rows into the lake, then the customers they concern recomputed, and nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from features.clock import Clock, ClockKind
from features.compact import CompactStore
from features.errors import OnlineStoreError, TableError
from features.events.ingest import Committing, IngestReport, ingest_rows, ingest_rows_as_lived
from features.events.lake import Lake
from features.events.tables import TABLES
from features.events.touched import Touched
from features.home import Home
from features.owed import owe, owed, settling, strike
from features.refresh import refresh, refresh_identities

AHEAD = timedelta(minutes=5)
"""How far ahead of our clock another machine's may be: an event that far in the future is shown at once, not when its time comes."""
_TICK = timedelta(microseconds=1)
Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Settled:
    """What was brought online. waiting: why it is not online yet (the online store is away); it is owed, and the next push or `settle` pays."""

    customers: int = 0
    identities: int = 0
    waiting: str | None = None


@dataclass(frozen=True, slots=True)
class Pushed:
    """One report per table that had rows, in the order of TABLES, and what became online."""

    reports: tuple[IngestReport, ...]
    online: Settled


def push_rows(home: Home, table: str, rows: Rows, clock: Clock, store: CompactStore | None = None) -> Pushed:
    """Bring rows of one table to the lake, and the customers they concern up to date online. This is what `POST /v1/events` does.

    Rows hold JSON values or aware datetimes. A bad row is refused by its index (`reports[0].refused`), the others stand. A row whose key is
    there already with the same content changes nothing; with other content it corrects, from now on. Late and unordered rows count like
    any other: the customers are recomputed from all that is known of them. Rows are known as they arrive; by a `request` clock, as they
    happened. `store` lets a long-running process keep its connection. Raises TableError for an unknown table.
    """
    return push_tables(home, {table: rows}, clock, store)


def push_tables(home: Home, tables: Mapping[str, Rows], clock: Clock, store: CompactStore | None = None) -> Pushed:
    """The same for rows of several tables; the online store is brought up to date once."""
    unknown = sorted(set(tables) - set(TABLES))
    if unknown:
        raise TableError(f"{unknown[0]}: no such event table; the tables are {', '.join(TABLES)}")
    lake = Lake(home)
    # Proposals stand before outcomes in TABLES, so that an outcome finds whose it is.
    reports = [_take(lake, table, tables[table], clock) for table in TABLES if tables.get(table)]
    return Pushed(tuple(reports), settle(home, clock, store))


def settle(home: Home, clock: Clock, store: CompactStore | None = None) -> Settled:
    """Bring online whatever is owed: by this push, by one whose process was killed, or by one that found the online store away."""
    with settling(home):
        debts = owed(home, Lake(home).manifest().generation)
        if not debts:
            return Settled()
        customers = frozenset().union(*(debt.touched.customers for debt in debts))
        identities = frozenset().union(*(debt.touched.identities for debt in debts))
        try:
            # The moment is taken after the commit and inside the lock, so a later settlement stands at a later moment.
            refresh(home, sorted(customers), _moment(clock, [debt.touched for debt in debts]), store)
            refresh_identities(home, sorted(identities), store)
        except OnlineStoreError as away:
            return Settled(waiting=str(away))
        strike(debts)
        return Settled(len(customers), len(identities))


def owing(home: Home) -> Committing:
    """Give this to an ingestion of files or tables as `committing`; then `settle` brings online what it changed."""

    def committing(generation: int, touched: Touched) -> None:
        if touched:
            owe(home, generation, touched)

    return committing


def _take(lake: Lake, table: str, rows: Rows, clock: Clock) -> IngestReport:
    committing = owing(lake.home)
    if clock.kind is ClockKind.REQUEST:
        return ingest_rows_as_lived(lake, table, rows, now=clock.now(), committing=committing)
    return ingest_rows(lake, table, rows, known_at=clock.now(), committing=committing)


def _moment(clock: Clock, news: Sequence[Touched]) -> datetime:
    """A moment that sees all of it, but for what is further in the future than a clock may be wrong."""
    newest = [touched.newest for touched in news if touched.newest]
    at = clock.received(max(newest)) if newest else clock.now()
    last = max([*newest, *(touched.known for touched in news if touched.known)], default=at - _TICK)
    return max(at, min(last, at + AHEAD) + _TICK)
