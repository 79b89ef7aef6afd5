"""Compact rows in one SQLite file: nothing to install, and one lookup reads everything of a customer."""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from features.errors import OnlineStoreError
from features.row_codec import Layout
from features.row_store import ReadRow, StoredView, WrittenRow

_SCHEMA = """
-- Numbers are never given twice: a reader at work may remember those of a view that was dropped.
CREATE TABLE IF NOT EXISTS views (
    view INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, ttl_us INTEGER, layout INTEGER NOT NULL,
    UNIQUE (project, name)
);
CREATE TABLE IF NOT EXISTS layouts (layout INTEGER PRIMARY KEY AUTOINCREMENT, view INTEGER NOT NULL, fields TEXT NOT NULL, UNIQUE (view, fields));
CREATE TABLE IF NOT EXISTS rows (
    entity BLOB NOT NULL, view INTEGER NOT NULL, layout INTEGER NOT NULL,
    event_us INTEGER NOT NULL, created_us INTEGER NOT NULL, row BLOB NOT NULL,
    PRIMARY KEY (entity, view)
) WITHOUT ROWID;
"""
# The newest event wins whatever order the rows arrive in; of one event the one created last; of equals the one written last.
_WRITE = """
INSERT INTO rows (entity, view, layout, event_us, created_us, row) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (entity, view) DO UPDATE
SET layout = excluded.layout, event_us = excluded.event_us, created_us = excluded.created_us, row = excluded.row
WHERE (excluded.event_us, excluded.created_us) >= (rows.event_us, rows.created_us)
"""
_DECLARE = """
INSERT OR IGNORE INTO views (project, name, position, layout)
VALUES (:project, :name, (SELECT coalesce(max(position) + 1, 0) FROM views WHERE project = :project), 0)
"""


class CompactRows:
    """A RowStore. Every thread has its own connection; many processes may read while one writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._inherited: list[list[sqlite3.Connection]] = []
        self._process = os.getpid()
        self._layouts: dict[int, Layout] = {}

    @property
    def place(self) -> str:
        return str(self.path)

    @property
    def may_come_back(self) -> bool:
        return False

    @property
    def connection(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            self._start_over()
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection

    def _start_over(self) -> None:
        """A forked process must not touch its parent's connections, not even to close them: they are kept and left alone."""
        self._inherited.append(self._open)
        self._local, self._open, self._process = threading.local(), [], os.getpid()

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            # Pages large enough that a row of a hundred features needs no overflow page; they only take effect on a new file.
            connection.execute("PRAGMA page_size = 16384")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA mmap_size = 1073741824")
            connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise OnlineStoreError(f"{self.path}: cannot be opened ({error}); remove it and materialize again.") from error
        self._open.append(connection)
        return connection

    def close(self) -> None:
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One writer at a time; all or nothing."""
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(connection)
            raise self._failed("written", error) from error
        except BaseException:
            _roll_back(connection)
            raise

    def declare(self, project: str, name: str, layout: Layout, *, position: int | None = None, ttl_us: int | None = None) -> StoredView:
        with self.transaction() as connection:
            connection.execute(_DECLARE, {"project": project, "name": name})
            query = "SELECT v.view, v.position, v.layout, l.fields FROM views v LEFT JOIN layouts l USING (layout) WHERE project = ? AND name = ?"
            view, place, number, fields = connection.execute(query, (project, name)).fetchone()
            if fields is None or not Layout.from_json(fields).serves(layout):
                number = self._layout(connection, view, layout)
            place = place if position is None else position
            connection.execute("UPDATE views SET layout = ?, position = ?, ttl_us = ? WHERE view = ?", (number, place, ttl_us, view))
        return StoredView(view, project, name, place, ttl_us, number)

    @staticmethod
    def _layout(connection: sqlite3.Connection, view: int, layout: Layout) -> int:
        fields = layout.to_json()
        connection.execute("INSERT OR IGNORE INTO layouts (view, fields) VALUES (?, ?)", (view, fields))
        number: int
        (number,) = connection.execute("SELECT layout FROM layouts WHERE view = ? AND fields = ?", (view, fields)).fetchone()
        return number

    def views(self, project: str) -> list[StoredView]:
        query = "SELECT view, project, name, position, ttl_us, layout FROM views WHERE project = ? ORDER BY position, view"
        return [StoredView(*row) for row in self._all(query, (project,))]

    def layouts(self) -> dict[int, Layout]:
        known = max(self._layouts, default=0)
        for number, fields in self._all("SELECT layout, fields FROM layouts WHERE layout > ?", (known,)):
            self._layouts[number] = Layout.from_json(fields)
        return self._layouts

    def layout_owners(self) -> dict[int, int]:
        return dict(self._all("SELECT layout, view FROM layouts"))

    def all_views(self) -> list[int]:
        return [view for (view,) in self._all("SELECT view FROM views")]

    def write(self, view: StoredView, rows: Iterable[WrittenRow]) -> None:
        with self.transaction() as connection:
            connection.executemany(_WRITE, ((r.entity, view.view, view.layout, r.event_us, r.created_us, r.row) for r in rows))

    def stand_at(self, project: str, unlike: Sequence[str], entities: Sequence[bytes]) -> dict[bytes, int]:
        marks = ", ".join("?" * len(unlike))
        query = f"SELECT max(event_us) FROM rows JOIN views USING (view) WHERE entity = ? AND project = ? AND name NOT IN ({marks})"
        newest = ((entity, self._all(query, (entity, project, *unlike))[0][0]) for entity in entities)
        return {entity: event for entity, event in newest if event is not None}

    def set_back(self, project: str, event_us: int) -> None:
        with self.transaction() as connection:
            query = "UPDATE rows SET event_us = ? WHERE event_us > ? AND view IN (SELECT view FROM views WHERE project = ?)"
            connection.execute(query, (event_us, event_us, project))

    def entities(self, view: int) -> Iterator[tuple[bytes, bytes]]:
        yield from self._all("SELECT entity, row FROM rows WHERE view = ?", (view,))

    def forget(self, entity: bytes) -> None:
        with self.transaction() as connection:
            connection.execute("DELETE FROM rows WHERE entity = ?", (entity,))

    def settle(self) -> None:
        """Move the write-ahead log into the file, so that a large write does not stay on disk twice."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def read(self, entity: bytes) -> list[ReadRow]:
        return self._all("SELECT view, layout, event_us, row FROM rows WHERE entity = ?", (entity,))

    def read_view(self, view: int, entities: Sequence[bytes]) -> list[tuple[int, int, bytes] | None]:
        found: dict[bytes, tuple[int, int, bytes]] = {}
        distinct = list(dict.fromkeys(entities))
        for start in range(0, len(distinct), 500):
            few = distinct[start : start + 500]
            marks = ",".join("?" * len(few))
            query = f"SELECT entity, layout, event_us, row FROM rows WHERE view = ? AND entity IN ({marks})"
            found.update((entity, (layout, event, row)) for entity, layout, event, row in self._all(query, (view, *few)))
        return [found.get(entity) for entity in entities]

    def drop(self, project: str, name: str) -> None:
        with self.transaction() as connection:
            for (view,) in connection.execute("SELECT view FROM views WHERE project = ? AND name = ?", (project, name)).fetchall():
                for table in ("rows", "layouts", "views"):
                    connection.execute(f"DELETE FROM {table} WHERE view = ?", (view,))

    def _all(self, query: str, given: Sequence[object] = ()) -> list[Any]:
        try:
            return self.connection.execute(query, given).fetchall()
        except sqlite3.Error as error:
            raise self._failed("read", error) from error

    def _failed(self, what: str, error: sqlite3.Error) -> OnlineStoreError:
        return OnlineStoreError(f"{self.path}: cannot be {what} ({error}); check the file, or remove it and materialize again.")


def _roll_back(connection: sqlite3.Connection) -> None:
    """A failed BEGIN has nothing to take back, and a broken file cannot."""
    with suppress(sqlite3.Error):
        connection.execute("ROLLBACK")
