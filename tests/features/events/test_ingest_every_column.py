"""Whatever a table's row holds arrives, column by column: no name of the contract, or of a company's own, gets in the way of another."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from features.events.ingest import ingest_rows
from features.events.tables import TABLES, Column, Table, Type

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWN_COLUMNS = (
    "row",
    "_row",
    "reason",
    "_reason",
    "refusal",
    "raw",
    "naive",
    "ordinal",
    "seq",
    "key_hash",
    "content",
    "happened",
    "was",
    "is_new",
    "pair",
)
"""Names the ingestion uses for itself: a company's file may bring them all."""


def filled(column: Column) -> str:
    """A value the column accepts."""
    if column.allowed:
        return column.allowed[-1]
    low = 0 if column.low is None else column.low
    values = {Type.TEXT: f"some {column.name}", Type.NUMBER: str(low + 1), Type.INTEGER: str(int(low) + 1), Type.FLAG: "true"}
    return values.get(column.type, "2025-01-01T10:00:00Z")


def full_row(table: Table) -> dict[str, str]:
    own = {name: f"own {name}" for name in OWN_COLUMNS if name not in {column.name for column in table.columns}}
    return {column.name: filled(column) for column in table.columns} | own


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_full_row_arrives_whole_from_a_file_and_from_the_program(lake, deliver, rows, table):
    row, text = full_row(table), StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    report = deliver(table.name, text.getvalue())
    assert (report.added, report.refused) == (1, ())
    (empties,) = rows(f"SELECT {' + '.join(f'({column.name} IS NULL)::INT' for column in table.columns)} FROM {table.name}")
    assert empties == (0,)
    ((attributes,),) = rows(f"SELECT attributes FROM {table.name}")
    assert attributes == {name: value for name, value in row.items() if name not in {column.name for column in table.columns}}
    again = ingest_rows(lake, table.name, [row], known_at=NOW + timedelta(days=1))
    assert (again.unchanged, again.refused) == (1, ())
