"""Rows that break a rule: kept with file, number, reason and their text, and counted; they stop nothing else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from features.events import sql
from features.events.layout import QUARANTINE_TABLE
from features.events.staging import Staged
from features.events.tables import Table


def quarantine_select(connection: duckdb.DuckDBPyConnection, table: Table, staged: Sequence[Staged], held: str, *, now: datetime) -> str:
    """A SELECT of the bad rows that are not in quarantine yet, as the quarantine stores them. `held` is a SELECT of what it holds."""
    bad = " UNION ALL ".join(bad_rows(table, delivery) for delivery in staged)
    moment = f"TIMESTAMP {sql.text(str(now.astimezone(UTC).replace(tzinfo=None)))}"
    connection.execute(f"CREATE TEMP TABLE bad_rows AS {bad}")
    columns = [column.name for column in QUARANTINE_TABLE.columns]
    same = " AND ".join(f"held.{sql.name(name)} IS NOT DISTINCT FROM bad_rows.{sql.name(name)}" for name in columns[:-1])
    filled = {
        "quarantined_at": moment,
        "attributes": "MAP {}::MAP(VARCHAR, VARCHAR)",
        "known_at": moment,
        "superseded_at": "NULL::TIMESTAMP",
        "seq": "0::BIGINT",
    }
    stored = ", ".join(f"{value} AS {name}" for name, value in filled.items())
    return (
        f"SELECT {sql.names(columns[:-1])}, {stored} FROM bad_rows WHERE NOT EXISTS (FROM ({held}) AS held WHERE {same}) ORDER BY file, row"
    )


def bad_rows(table: Table, staged: Staged) -> str:
    """A SELECT of table_name, file, row, reason and raw. Row 1 follows the header; lines that could not be split count too."""
    said = f"SELECT {sql.text(table.name)} AS table_name, {sql.text(Path(staged.label).name)} AS file"
    judged = f"SELECT row, refusal AS reason, raw FROM {sql.parquet([staged.rows])} WHERE refusal IS NOT NULL"
    if staged.rejects is None:
        return f"{said}, row, reason, raw FROM ({judged})"
    rejects = sql.parquet([staged.rejects])
    # A rejected line pushes every later row down by one; `before` is how many good rows stand in front of the nth rejected line.
    each = f"SELECT row - row_number() OVER (ORDER BY row) AS before, row_number() OVER (ORDER BY row) AS shift FROM {rejects}"
    pushed = f"SELECT before, max(shift) AS shift FROM ({each}) GROUP BY before"
    placed = (
        f"SELECT (judged.row + coalesce(pushed.shift, 0))::BIGINT AS row, reason, raw FROM ({judged}) AS judged "
        f"ASOF LEFT JOIN ({pushed}) AS pushed ON judged.row > pushed.before"
    )
    return f"{said}, row, reason, raw FROM ({placed} UNION ALL SELECT row, reason, raw FROM {rejects})"
