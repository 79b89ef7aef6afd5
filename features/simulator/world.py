"""A world to live in: the event tables of a simulated bank card centre, written as Parquet. Same seed, same bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.simulator.dice import stream
from features.simulator.profile import draw_profile
from features.simulator.rows import channel_event_rows, customer_rows, identity_rows, transaction_rows
from features.simulator.spending import spend
from features.simulator.talk_rows import contact_rows, outcome_rows, proposal_rows
from features.simulator.trail import leave_trail
from features.simulator.truth import Truth

TABLES_WRITTEN = ("customers", "identities", "contacts", "proposals", "outcomes", "transactions", "channel_events")


@dataclass(frozen=True, slots=True)
class SimulateReport:
    """rows: rows written by table. files: the Parquet file of each table. start, end: the span lived, UTC."""

    folder: Path
    rows: dict[str, int]
    files: dict[str, Path]
    start: datetime
    end: datetime


def _tables(truth: Truth, seed: int) -> Iterator[tuple[str, pa.Table]]:
    """One after another, so that only one is held in memory."""
    people, life = truth.people, truth.life
    start, end = int(truth.edges[0]), int(truth.edges[-1])
    profile = draw_profile(people, _moment(end).year, seed)
    yield "customers", customer_rows(people, profile, start)
    yield "identities", identity_rows(people, start, seed)
    yield "contacts", contact_rows(life, stream(seed, "contacts"))
    yield "proposals", proposal_rows(life, profile)
    yield "outcomes", outcome_rows(life, end)
    yield "transactions", transaction_rows(spend(people, life, stream(seed, "spending")))
    yield "channel_events", channel_event_rows(leave_trail(people, life, stream(seed, "trail")))


def simulate(
    folder: Path,
    customers: int,
    months: int,
    seed: int,
    *,
    end: datetime | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> SimulateReport:
    """Write the world of (customers, months, seed) to `folder`, one `<table>.parquet` a table; `told` hears each table once it is written.

    end: the aware moment the world ends, WORLD_END when None and never the wall clock, so that the bytes depend on the arguments alone
    (and on the versions of numpy and pyarrow). Raises FeatureError for an empty world or a naive end.
    """
    truth = Truth(customers, months, seed, end=end)
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    files: dict[str, Path] = {}
    for name, table in _tables(truth, seed):
        files[name] = folder / f"{name}.parquet"
        pq.write_table(table, files[name], compression="zstd")
        rows[name] = table.num_rows
        told(name)
    return SimulateReport(folder, rows, files, start=_moment(truth.edges[0]), end=_moment(truth.edges[-1]))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
