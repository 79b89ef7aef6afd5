"""How a table's rows lie in the lake: stored columns, their order on disk, and the empty table."""

from pathlib import Path

from features.events import sql
from features.events.manifest import QUARANTINE, TableState
from features.events.tables import Column, Table, Type

ATTRIBUTES = "MAP(VARCHAR, VARCHAR)"
KNOWN_AT = Column("known_at", Type.TIME)
QUARANTINE_TABLE = Table(
    QUARANTINE,
    key=("table_name", "file", "row"),
    happened_at="quarantined_at",
    known_at=("quarantined_at",),
    columns=(
        Column("table_name", Type.TEXT),
        Column("file", Type.TEXT),
        Column("row", Type.INTEGER),
        Column("reason", Type.TEXT),
        Column("raw", Type.TEXT),
        Column("quarantined_at", Type.TIME),
    ),
)
# Small row groups let a read of one customer skip nearly everything by the statistics alone.
PART_OPTIONS = "FORMAT parquet, ROW_GROUP_SIZE 32768, COMPRESSION zstd, COMPRESSION_LEVEL 1"


def sort_columns(table: Table) -> tuple[str, ...]:
    """Rows of one customer lie together; identities are looked up by value, outcomes belong to decisions."""
    if table.name == "identities":
        return ("value", "kind")
    if table.name == "outcomes":
        return ("decision_id",)
    return ("customer_id", table.happened_at)


def stored_columns(table: Table) -> tuple[str, ...]:
    return (*(column.name for column in table.columns), "attributes", "known_at", "superseded_at")


def empty_rows(table: Table) -> str:
    """A SELECT of no row with the stored columns and seq."""
    columns = [f"NULL::{column.type} AS {sql.name(column.name)}" for column in table.columns]
    columns += [
        f"NULL::{ATTRIBUTES} AS attributes",
        "NULL::TIMESTAMP AS known_at",
        "NULL::TIMESTAMP AS superseded_at",
        "NULL::BIGINT AS seq",
    ]
    return f"SELECT {', '.join(columns)} WHERE false"


def stored_rows(table: Table, state: TableState, lake: Path) -> str:
    """A SELECT of every version in the table, with seq and with superseded_at as of now."""
    if not state.parts:
        return empty_rows(table)
    parts = sql.parquet(lake / part.file for part in state.parts)
    if not state.superseded:
        return f"SELECT {sql.names(stored_columns(table))}, seq FROM {parts}"
    later = sql.parquet(lake / part.file for part in state.superseded)
    kept = sql.names(stored_columns(table)[:-1], "stored.")
    return (
        f"SELECT {kept}, least(stored.superseded_at, later.superseded_at) AS superseded_at, stored.seq FROM {parts} AS stored "
        f"LEFT JOIN (SELECT seq, min(superseded_at) AS superseded_at FROM {later} GROUP BY seq) AS later ON later.seq = stored.seq"
    )
