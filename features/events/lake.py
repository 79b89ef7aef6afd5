"""The lake: every event table as Parquet, every version of every event, readable while it is written."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from features.events import sql
from features.events.attribute_kinds import attribute_kinds
from features.events.layout import QUARANTINE_TABLE, stored_columns, stored_rows
from features.events.manifest import Manifest, manifest_path, read_manifest
from features.events.persons import Persons, persons_of, tell_same_person
from features.events.tables import TABLES, Table
from features.home import Home

FEW_CUSTOMERS = 64


class Lake:
    """The event tables of one home. Holds no open file: two processes may read while a third one writes.

    A row sees: happened_at < at AND known_at < at AND (superseded_at IS NULL OR superseded_at >= at).
    """

    def __init__(self, home: Home, held: Manifest | None = None, threads: int | None = None) -> None:
        """held: a state to stay at, whatever is committed later; its files are kept for an hour after they are merged. threads: of a query; None: all processors."""
        self.home = home
        self._held, self._threads = held, threads
        self._seen: tuple[tuple[int, int, int], Manifest] | None = None

    @property
    def folder(self) -> Path:
        return self.home.lake

    def manifest(self) -> Manifest:
        """The last committed state, read again only when the file was replaced; or the state held."""
        if self._held is not None:
            return self._held
        try:
            stat = manifest_path(self.folder).stat()
        except FileNotFoundError:
            return Manifest()
        mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if self._seen is None or self._seen[0] != mark:
            self._seen = (mark, read_manifest(self.folder))
        return self._seen[1]

    def connect(self, *, customers: Sequence[str] | None = None, between: tuple[str, str] | None = None) -> duckdb.DuckDBPyConnection:
        """An in-memory connection, UTC, with one relation per event table, one named quarantine, attribute_kinds (name, numeric) and same_person.

        Columns: the contract's, then attributes MAP(VARCHAR, VARCHAR), known_at and superseded_at (TIMESTAMP, UTC, microseconds).
        With `customers` the event tables hold these customers only and are already in memory; attribute_kinds tells of all of them.
        With `between` they hold the customers from the first to the last of it, and whoever was ever one person with one of them; only
        outcomes are all there. Files lie in the order of the customers, so little else is read.
        same_person: customer_id, other_id, person_id (that both are counted under), since and until: one person while since < at <= until.
        The connection keeps the state of its first moment.
        """
        manifest = self.manifest()
        connection = duckdb.connect(":memory:")
        connection.execute("SET TimeZone = 'UTC'")
        if self._threads is not None:
            connection.execute(f"SET threads = {self._threads}")
        if self.folder.exists():
            connection.execute(f"SET temp_directory = {sql.text(str(self.folder / 'spill'))}")
        for table in TABLES.values():
            rows = stored_rows(table, manifest.table(table.name), self.folder)
            shown = f"SELECT {sql.names(stored_columns(table))} FROM ({rows})"
            if between is not None and "customer_id" in stored_columns(table):
                connection.execute(f"CREATE VIEW {sql.name(table.name)} AS {_ranged(shown, *between, self.persons())}")
            elif customers is None:
                connection.execute(f"CREATE VIEW {sql.name(table.name)} AS {shown}")
            else:
                connection.execute(f"CREATE TABLE {sql.name(table.name)} AS {shown} WHERE {_of(connection, table, customers)}")
        connection.execute("CREATE TABLE attribute_kinds (name VARCHAR, numeric BOOLEAN)")
        for kind in attribute_kinds(connection, self.folder, manifest.table("customers")).items():
            connection.execute("INSERT INTO attribute_kinds VALUES (?, ?)", kind)
        tell_same_person(connection, persons_of(manifest.table("identities"), self.folder), customers)
        rows = stored_rows(QUARANTINE_TABLE, manifest.table(QUARANTINE_TABLE.name), self.folder)
        connection.execute(f"CREATE VIEW quarantine AS SELECT {sql.names(c.name for c in QUARANTINE_TABLE.columns)} FROM ({rows})")
        return connection

    def persons(self) -> Persons:
        """Which customers are and were one person."""
        return persons_of(self.manifest().table("identities"), self.folder)

    def newest_event(self) -> datetime | None:
        """The latest time any stored event happened, aware, UTC; None for an empty lake."""
        manifest = self.manifest()
        times = [state.newest for name, state in manifest.tables.items() if name in TABLES and state.newest is not None]
        return max(times).replace(tzinfo=UTC) if times else None

    def fingerprint(self) -> str:
        """Changes exactly when event rows were added; 16 hexadecimal digits."""
        return hashlib.sha256(self.manifest().fingerprint.encode()).hexdigest()[:16]

    def counts(self) -> dict[str, int]:
        """Events per table (a key counts once, however many versions it has), and the rows in quarantine."""
        manifest = self.manifest()
        events = {name: manifest.table(name).events for name in TABLES}
        return {**events, QUARANTINE_TABLE.name: manifest.table(QUARANTINE_TABLE.name).rows}


def _ranged(rows: str, first: str, last: str, persons: Persons) -> str:
    """The rows of the customers from first to last, and apart from them those of their other ids, so that file statistics can skip the rest."""
    here = f"customer_id BETWEEN {sql.text(first)} AND {sql.text(last)}"
    merged = [customer for customer in persons.everyone if first <= customer <= last]
    others = sorted(customer for customer in persons.circle(merged) if not first <= customer <= last)
    also = f" UNION ALL SELECT * FROM ({rows}) WHERE customer_id IN ({', '.join(map(sql.text, others))})" if others else ""
    return f"SELECT * FROM ({rows}) WHERE {here}{also}"


def _of(connection: duckdb.DuckDBPyConnection, table: Table, customers: Sequence[str]) -> str:
    """The condition that keeps these customers' rows. Few ids are written out, so that file statistics can skip the rest."""
    if not customers:
        return "false"
    if len(customers) <= FEW_CUSTOMERS:
        wanted = ", ".join(sql.text(customer) for customer in customers)
    else:
        connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS wanted_customers AS SELECT DISTINCT unnest(?::VARCHAR[]) AS customer_id", [list(customers)]
        )
        wanted = "SELECT customer_id FROM wanted_customers"
    if table.name == "outcomes":
        return _of_decisions(connection)
    return f"customer_id IN ({wanted})"


def _of_decisions(connection: duckdb.DuckDBPyConnection) -> str:
    """Outcomes know no customer; they belong to the proposals, which TABLES names before them."""
    few = connection.execute("SELECT DISTINCT decision_id FROM proposals LIMIT 1025").fetchall()
    if len(few) > 1024:
        return "decision_id IN (SELECT decision_id FROM proposals)"
    return f"decision_id IN ({', '.join(sql.text(decision) for (decision,) in few)})" if few else "false"
