"""Event tables in memory, as the lake shows them: the double of features.transform.EventTables."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from features.events.attribute_kinds import ATTRIBUTE_KINDS
from features.events.persons import Persons, Step, tell_same_person
from features.events.tables import TABLES
from features.home import Home

START = datetime(2026, 1, 1)  # noqa: DTZ001
Row = Mapping[str, object]


def day(number: float) -> datetime:
    """A time of the tables: naive, UTC, `number` days after START."""
    return START + timedelta(days=number)


class FakeTables:
    """rows: by table. known_at defaults to the event's own time, superseded_at to never."""

    def __init__(self, rows: Mapping[str, Sequence[Row]], home: Path = Path("no-such-home"), merges: Sequence[Step] = ()) -> None:
        self.rows = rows
        self.home = Home(home)
        self.merges = Persons(tuple(merges))

    def persons(self) -> Persons:
        return self.merges

    def connect(self, *, customers: Sequence[str] | None = None) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:")
        connection.execute("SET TimeZone = 'UTC'")
        for table in TABLES.values():
            columns = [(column.name, str(column.type)) for column in table.columns]
            columns += [("attributes", "MAP(VARCHAR, VARCHAR)"), ("known_at", "TIMESTAMP"), ("superseded_at", "TIMESTAMP")]
            connection.execute(f"CREATE TABLE {table.name} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
            for row in self.rows.get(table.name, ()):
                known = next(row[name] for name in (*table.known_at, table.happened_at) if row.get(name) is not None)
                values = {"known_at": known} | dict(row)
                marks = ", ".join("?" for _ in columns)
                connection.execute(f"INSERT INTO {table.name} VALUES ({marks})", [values.get(name) for name, _ in columns])
        connection.execute("CREATE VIEW attribute_kinds AS " + ATTRIBUTE_KINDS.format(customers="customers"))
        tell_same_person(connection, self.merges)
        return connection
