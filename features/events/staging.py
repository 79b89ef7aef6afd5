"""One pass over a delivery: every row typed and judged, written to a staging file nobody reads yet."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from features.events import sql
from features.events.checks import CheckedColumn, attributes, checked_columns, own_name
from features.events.identity import hash_identity_sql
from features.events.sources import Source
from features.events.tables import SAME_PERSON, Table


@dataclass(frozen=True, slots=True)
class Staged:
    """A judged delivery. Good rows are those of `rows` whose refusal is NULL.

    rows: Parquet file with ordinal, the table's columns, attributes, known_given, refusal, raw, naive.
    rejects: Parquet file with the lines the reader could not split (row, reason, raw), or None.
    """

    label: str
    rows: Path
    rejects: Path | None
    read: int
    bad: int
    naive: int


def stage(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    source: Source,
    folder: Path,
    *,
    first_ordinal: int,
    known_at: datetime | None,
    identity_key: bytes | None,
) -> Staged:
    """Judge every row of the source. The connection's TimeZone is the zone for times without offset.

    known_at overrules the source's own column of that name (rows that are pushed are known when they arrive).
    """
    number = folder / f"{first_ordinal:012d}.parquet"
    select = judging_select(table, source, first_ordinal=first_ordinal, known_at=known_at, identity_key=identity_key)
    read = _rows(connection.execute(f"COPY ({select}) TO {sql.text(str(number))} (FORMAT parquet)"))
    rejects, rejected = _rejects(connection, folder / f"{first_ordinal:012d}-rejects.parquet") if source.rejects else (None, 0)
    counted = connection.execute(
        f"SELECT count(*) FILTER (refusal IS NOT NULL), count(*) FILTER (naive) FROM {sql.parquet([number])}"
    ).fetchone()
    bad, naive = counted if counted else (0, 0)
    return Staged(source.label, number, rejects, read + rejected, bad + rejected, naive)


def judging_select(table: Table, source: Source, *, first_ordinal: int, known_at: datetime | None, identity_key: bytes | None) -> str:
    """The SELECT that types and judges; ordinals count from first_ordinal in the order of the source."""
    columns = checked_columns(table, source.columns)
    refusals = [column.refusal for column in columns if column.refusal]
    reason = f"nullif(concat_ws('; ', {', '.join(refusals)}), '')"
    naive = " OR ".join(f"coalesce({column.naive}, false)" for column in columns if column.naive) or "false"
    values = [f"{_stored(column, identity_key)} AS {sql.name(column.column.name)}" for column in columns[:-1]]
    known = f"TIMESTAMP {sql.text(str(known_at.astimezone(UTC).replace(tzinfo=None)))}" if known_at else columns[-1].value
    number, refusal = own_name("row", source.columns), own_name("refusal", source.columns)
    judged = f"SELECT *, row_number() OVER () AS {number}, {reason} AS {refusal} FROM {source.relation}"
    return (
        f"SELECT {first_ordinal - 1} + {number} AS ordinal, {number} + {source.first_row - 1} AS row, {', '.join(values)}, "
        f"{attributes(table, source.columns)} AS attributes, {known} AS known_given, {refusal} AS refusal, "
        f"CASE WHEN {refusal} IS NOT NULL THEN {_raw(source, identity_key)} END AS raw, {naive} AS naive FROM ({judged})"
    )


def _stored(column: CheckedColumn, identity_key: bytes | None) -> str:
    if identity_key is not None and column.column.name == "value":
        hashed = hash_identity_sql(identity_key, sql.name("kind"), column.value)
        return f"CASE WHEN {sql.name('kind')} = {sql.text(SAME_PERSON)} THEN {column.value} ELSE {hashed} END"
    return column.value


def _raw(source: Source, identity_key: bytes | None) -> str:
    """The row as JSON text, as it came; an identity's value only as its hash."""
    fields = {column: sql.name(column) for column in source.columns}
    if identity_key is not None:
        fields["value"] = hash_identity_sql(identity_key, "coalesce(kind::VARCHAR, '')", "value::VARCHAR")
    return f"to_json({{{', '.join(f'{sql.text(name)}: {value}' for name, value in fields.items())}}})::VARCHAR"


def _rejects(connection: duckdb.DuckDBPyConnection, file: Path) -> tuple[Path | None, int]:
    """Save what DuckDB noted about lines it could not split, and forget it for the next file."""
    kept = 0
    if connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchone() != (0,):
        lines = "SELECT (line - 1)::BIGINT AS row, first(error_message) AS reason, first(csv_line) AS raw FROM reject_errors GROUP BY line"
        kept = _rows(connection.execute(f"COPY ({lines}) TO {sql.text(str(file))} (FORMAT parquet)"))
        connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    return (file, kept) if kept else (None, 0)


def _rows(copied: duckdb.DuckDBPyConnection) -> int:
    row = copied.fetchone()
    return int(row[0]) if row else 0
