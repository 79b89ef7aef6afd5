"""Whom a delivery concerns: asked after its rows were compared with the lake and before they are committed."""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from features.events.tables import IDENTITIES, OUTCOMES_TABLE, SAME_PERSON, Table
from features.events.versions import has_customer


@dataclass(frozen=True, slots=True)
class Touched:
    """customers: those whose rows changed, also the one a corrected row was taken from, and who was merged or parted. identities: hashed values that changed hands.

    newest: when the newest of the new rows happened; known: when the last of them was known. Aware, UTC; None when no row is new.
    """

    customers: frozenset[str] = frozenset()
    identities: frozenset[str] = frozenset()
    newest: datetime | None = None
    known: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.customers or self.identities)


def touched_by(connection: duckdb.DuckDBPyConnection, table: Table, proposals: str) -> Touched:
    """Whom the resolved delivery concerns. `proposals` is a SELECT of the stored proposals: through them outcomes belong to customers."""
    times = connection.execute(f"SELECT max({table.happened_at}), max(known_at) FROM new_rows").fetchone() or (None, None)
    newest, known = (None if time is None else time.replace(tzinfo=UTC) for time in times)
    if table is IDENTITIES:
        values = _first_column(connection, f"SELECT DISTINCT value FROM new_rows WHERE kind <> '{SAME_PERSON}'")
        merged = f"SELECT unnest([value, customer_id]) FROM new_rows WHERE kind = '{SAME_PERSON}'"
        return Touched(_first_column(connection, merged), values, newest, known)
    return Touched(_first_column(connection, _customers(table, proposals)), newest=newest, known=known)


def _customers(table: Table, proposals: str) -> str:
    if table is OUTCOMES_TABLE:
        return f"SELECT DISTINCT customer_id FROM ({proposals}) WHERE decision_id IN (SELECT decision_id FROM new_rows)"
    if not has_customer(table):
        return "SELECT NULL WHERE false"
    return f"SELECT customer_id FROM new_rows UNION {moved_from()}"


def moved_from() -> str:
    """A SELECT of the customers of rows that a correction made out of date."""
    return "SELECT customer_id FROM standing WHERE seq IN (SELECT seq FROM outdated)"


def _first_column(connection: duckdb.DuckDBPyConnection, query: str) -> frozenset[str]:
    return frozenset(value for (value,) in connection.execute(query).fetchall())
