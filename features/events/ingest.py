"""Files and rows into the lake: judged, compared with what is there, and committed at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from features.errors import TableError
from features.events import sql
from features.events.compaction import compacted, living, sweep
from features.events.identity import identity_key
from features.events.lake import Lake
from features.events.layout import QUARANTINE_TABLE, sort_columns, stored_columns, stored_rows
from features.events.manifest import Manifest, commit_manifest, read_manifest, writer_lock
from features.events.quarantine import bad_rows, quarantine_select
from features.events.rows import rows_as_arrow
from features.events.sources import Source, gather, open_source
from features.events.staging import Staged, stage
from features.events.tables import IDENTITIES, PROPOSALS, TABLES, Table
from features.events.touched import Touched, moved_from, touched_by
from features.events.versions import Resolved, has_customer, resolve
from features.events.writing import Addition, added, bounded_connection, staging_folder, write_part

FEW_CUSTOMERS = 10_000
REFUSALS_SHOWN = 1_000
Committing = Callable[[int, Touched], None]
"""Told just before a commit: the generation it makes, and whom it concerns. An error here stops the commit."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a delivery comes in. now: when corrections become known. known_at: overrules what the rows say of it. zone: of times without offset."""

    now: datetime
    known_at: datetime | None = None
    zone: str = "UTC"
    committing: Committing | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that went to quarantine. row: counted from 1 in files, from 0 in pushed rows."""

    row: int
    reason: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a delivery: read = added + unchanged + corrected + quarantined.

    corrected: rows kept as a further version of an event that was there already or came twice in the delivery.
    refused: the first REFUSALS_SHOWN quarantined rows. customers: those whose rows changed, empty when more than FEW_CUSTOMERS.
    """

    table: str
    read: int
    added: int
    unchanged: int
    corrected: int
    quarantined: int
    warnings: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    customers: frozenset[str] = frozenset()


def ingest_files(
    lake: Lake,
    table: str,
    paths: Sequence[Path],
    *,
    now: datetime,
    zone: str = "UTC",
    show_progress: bool = False,
    committing: Committing | None = None,
) -> IngestReport:
    """Bring CSV and Parquet files, or folders of them, into the lake. The same file twice changes nothing.

    now: aware, when corrections become known. zone: where times without offset are read. show_progress: a bar on the terminal.
    committing: told just before the commit whom it concerns.
    Raises TableError for an unknown table or zone, an unreadable file, a missing required column; then nothing is stored.
    """
    known = _table(table)
    files = gather(paths)
    with staging_folder(lake.folder) as folder, bounded_connection(folder) as connection:
        _set_zone(connection, zone)
        if show_progress:
            connection.execute("SET enable_progress_bar = true")
        sources = [open_source(connection, known, file) for file in files]
        return _ingest(lake, connection, folder, known, sources, Arrival(now, None, zone, committing))


def ingest_tables(
    lake: Lake, tables: Mapping[str, pa.Table], *, now: datetime, label: str, committing: Committing | None = None
) -> list[IngestReport]:
    """Bring Arrow tables, as adapters make them, into the lake; `label` names them in quarantine."""
    reports = []
    for name, rows in tables.items():
        known = _table(name)
        with staging_folder(lake.folder) as folder, bounded_connection(folder) as connection:
            source = _arrow_source(connection, rows, label, first_row=1)
            reports.append(_ingest(lake, connection, folder, known, [source], Arrival(now, committing=committing)))
    return reports


def ingest_rows(
    lake: Lake, table: str, rows: Sequence[Mapping[str, object]], *, known_at: datetime, committing: Committing | None = None
) -> IngestReport:
    """Bring pushed rows into the lake, by the checks of files; a bad row is refused by its index, the others stand.

    Values may be JSON values or aware datetimes; `attributes` may be an object. known_at: aware, when the rows arrived.
    A row without a required column is refused like one with an empty value.
    """
    return _pushed(lake, table, rows, Arrival(known_at, known_at, committing=committing))


def ingest_rows_as_lived(
    lake: Lake, table: str, rows: Sequence[Mapping[str, object]], *, now: datetime, committing: Committing | None = None
) -> IngestReport:
    """The same for rows of a time that is lived again: each is known as it happened, like the rows of a file."""
    return _pushed(lake, table, rows, Arrival(now, committing=committing))


def _pushed(lake: Lake, table: str, rows: Sequence[Mapping[str, object]], arrival: Arrival) -> IngestReport:
    known = _table(table)
    with staging_folder(lake.folder) as folder, bounded_connection(folder) as connection:
        source = _arrow_source(connection, rows_as_arrow(known, rows), "pushed", first_row=0)
        return _ingest(lake, connection, folder, known, [source], arrival)


def _table(name: str) -> Table:
    if name not in TABLES:
        raise TableError(f"{name}: no such event table; the tables are {', '.join(TABLES)}")
    return TABLES[name]


def _set_zone(connection: duckdb.DuckDBPyConnection, zone: str) -> None:
    try:
        connection.execute(f"SET TimeZone = {sql.text(zone)}")
    except duckdb.Error as error:
        raise TableError(f"zone {zone}: not a time zone; name one like Asia/Shanghai or UTC") from error


def _arrow_source(connection: duckdb.DuckDBPyConnection, rows: pa.Table, label: str, *, first_row: int) -> Source:
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("delivered", rows)
    described = connection.execute("DESCRIBE delivered").fetchall()
    return Source(label, "delivered", {row[0]: row[1] for row in described}, first_row=first_row)


def _ingest(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: Table,
    sources: Sequence[Source],
    arrival: Arrival,
) -> IngestReport:
    key = identity_key(lake.home) if table is IDENTITIES else None
    staged: list[Staged] = []
    for source in sources:
        first = sum(delivery.read for delivery in staged)
        staged.append(stage(connection, table, source, folder, first_ordinal=first, known_at=arrival.known_at, identity_key=key))
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    with writer_lock(lake.folder):
        resolved = _commit(lake.folder, connection, table, staged, arrival)
    return replace(
        _counted(table, staged, resolved),
        warnings=tuple(_naive_warning(delivery, arrival.zone) for delivery in staged if delivery.naive),
        refused=_refused(connection, table, staged),
        customers=_touched(connection, table),
    )


def _commit(
    lake: Path,
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    staged: Sequence[Staged],
    arrival: Arrival,
) -> Resolved:
    """Store what is new; the manifest is replaced only when something is."""
    manifest = read_manifest(lake)
    good = sql.parquet(delivery.rows for delivery in staged)
    stored = stored_rows(table, manifest.table(table.name), lake)
    resolved = resolve(connection, table, good, stored, next_seq=manifest.next_seq, now=arrival.now)
    after = added(manifest, table.name, _write(lake, connection, table, manifest, resolved), read=sum(delivery.read for delivery in staged))
    if any(delivery.bad for delivery in staged):
        held = stored_rows(QUARANTINE_TABLE, manifest.table(QUARANTINE_TABLE.name), lake)
        select = quarantine_select(connection, table, staged, held, now=arrival.now)
        parts = write_part(connection, lake, f"{QUARANTINE_TABLE.name}/{after.generation:08d}.parquet", select)
        after = added(after, QUARANTINE_TABLE.name, Addition(parts), read=0)
    if after.files() != manifest.files():
        after = compacted(connection, lake, living(lake, after))
        if arrival.committing and resolved.added + resolved.corrected:
            proposals = stored_rows(PROPOSALS, manifest.table(PROPOSALS.name), lake)
            arrival.committing(after.generation, touched_by(connection, table, proposals))
        commit_manifest(lake, after)
        sweep(lake, after)
    return resolved


def _write(lake: Path, connection: duckdb.DuckDBPyConnection, table: Table, manifest: Manifest, resolved: Resolved) -> Addition:
    if not resolved.added + resolved.corrected:
        return Addition()
    file = f"{table.name}/{manifest.generation + 1:08d}"
    order = sql.names(sort_columns(table))
    columns = f"{sql.names(stored_columns(table))}, seq"
    parts = write_part(connection, lake, f"{file}.parquet", f"SELECT {columns} FROM new_rows ORDER BY {order}")
    outdated = write_part(connection, lake, f"{file}-superseded.parquet", "SELECT seq, superseded_at FROM outdated ORDER BY seq")
    written = sql.parquet(lake / part.file for part in parts)
    newest = connection.execute(
        f"SELECT max({table.happened_at}), bit_xor(hash({sql.names(table.key)}))::VARCHAR FROM {written}"
    ).fetchone()
    latest, digest = newest if newest else (None, "")
    return Addition(parts, outdated, resolved.events, latest, digest)


def _counted(table: Table, staged: Sequence[Staged], resolved: Resolved) -> IngestReport:
    read, bad = sum(delivery.read for delivery in staged), sum(delivery.bad for delivery in staged)
    return IngestReport(table.name, read, resolved.added, resolved.unchanged, resolved.corrected, bad)


def _naive_warning(staged: Staged, zone: str) -> str:
    return f"{staged.label}: {staged.naive} rows have a time without offset; they were read in {zone} (name another one with --zone)"


def _refused(connection: duckdb.DuckDBPyConnection, table: Table, staged: Sequence[Staged]) -> tuple[Refused, ...]:
    selects = [f"SELECT row, reason, file FROM ({bad_rows(table, delivery)})" for delivery in staged if delivery.bad]
    if not selects:
        return ()
    rows = connection.execute(f"{' UNION ALL '.join(selects)} ORDER BY file, row LIMIT {REFUSALS_SHOWN}").fetchall()
    return tuple(Refused(row, reason, file) for row, reason, file in rows)


def _touched(connection: duckdb.DuckDBPyConnection, table: Table) -> frozenset[str]:
    """Also the customer a corrected row was taken from."""
    if not has_customer(table):
        return frozenset()
    rows = connection.execute(f"SELECT customer_id FROM new_rows UNION {moved_from()} LIMIT {FEW_CUSTOMERS + 1}").fetchall()
    return frozenset(row[0] for row in rows) if len(rows) <= FEW_CUSTOMERS else frozenset()
