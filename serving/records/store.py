"""The open record store: an engine that reads, an engine that writes, and the driver's own cursor for the hot reads."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Row, create_engine, event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql import Select

from serving.errors import RecordError

_BUSY_SECONDS = 5.0
"""How long a writer waits for another worker's commit (SQLite), or a statement may take (PostgreSQL), before it is given up."""
_POSTGRES = {"connect_timeout": 3, "options": f"-c statement_timeout={int(_BUSY_SECONDS * 1000)}"}
_GONE = "the record store cannot be reached; check PLAYCALL_DATABASE_URL and the database's log"


def _engine(url: str, begin: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=8, connect_args=_POSTGRES)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def durable(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # A commit that finds so many pages in the log brings them to the file, and waits for it. `checkpoint` leaves it few to bring.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@dataclass(slots=True)
class Store:
    """One record store, shared by the threads of one process.

    Raises RecordError whenever the database cannot be reached.
    """

    url: str
    reading: Engine = field(init=False)
    writing: Engine = field(init=False)
    _threads: threading.local = field(init=False, default_factory=threading.local)

    def __post_init__(self) -> None:
        if self.url.startswith("sqlite:///"):
            Path(self.url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self.reading = _engine(self.url, "BEGIN")
        # Writers take the lock at once: a transaction that reads first and writes later would lose to a second worker.
        self.writing = _engine(self.url, "BEGIN IMMEDIATE")

    def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        try:
            with self.reading.connect() as connection:
                return connection.execute(statement).all()
        except SQLAlchemyError as error:
            raise RecordError(_GONE) from error

    def first(self, statement: Executable) -> Row[Any] | None:
        found = self.rows(statement)
        return found[0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """For commands and the background tasks; requests write through the Writer. A clash of keys stays the database's own error."""
        try:
            with self.writing.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise RecordError(_GONE) from error

    def checkpoint(self) -> None:
        """Bring what SQLite's log holds into the file beside the commits, which go on meanwhile."""
        if self.url.startswith("sqlite"):
            self.driver_rows("PRAGMA wal_checkpoint(PASSIVE)", ())

    def truncate_log(self) -> None:
        """Let nothing that was deleted linger in SQLite's log; PostgreSQL's own vacuum does that. Raises RecordError while others keep it in use."""
        if not self.url.startswith("sqlite"):
            return
        until = time.monotonic() + _BUSY_SECONDS
        # SQLite itself waits for writers and readers, and not for another's checkpoint.
        while self.driver_rows("PRAGMA wal_checkpoint(TRUNCATE)", ())[0][0]:
            if time.monotonic() > until:
                raise RecordError(
                    "what was deleted is gone from the records, and still in their log, which others keep in use; run this again"
                )
            time.sleep(0.01)

    def hot(self, statement: Select[Any]) -> "HotRead":
        """Compile a select once. Its bind parameters are given by position, in the order they occur."""
        compiled = statement.compile(self.reading)
        return HotRead(self, str(compiled), tuple(compiled.positiontup or ()) or tuple(compiled.params))

    def driver_rows(self, sql: str, parameters: Any) -> list[tuple[Any, ...]]:
        connection = getattr(self._threads, "connection", None)
        try:
            if connection is None:
                connection = self._threads.connection = self._driver_connection()
            found: list[tuple[Any, ...]] = connection.execute(sql, parameters).fetchall()
        except Exception as error:
            self._threads.connection = None
            raise RecordError(_GONE) from error
        return found

    def _driver_connection(self) -> Any:
        raw = self.reading.raw_connection()
        connection: Any = raw.driver_connection
        raw.detach()
        if not self.url.startswith("sqlite"):
            connection.autocommit = True
        return connection

    def close(self) -> None:
        self.reading.dispose()
        self.writing.dispose()


@dataclass(frozen=True, slots=True)
class HotRead:
    """A select compiled once and run on the driver's own cursor: a few microseconds beside SQLAlchemy's hundred."""

    store: Store
    sql: str
    names: tuple[str, ...]

    def __call__(self, **parameters: object) -> list[tuple[Any, ...]]:
        given: Any = tuple(parameters[name] for name in self.names) if self.store.url.startswith("sqlite") else parameters
        return self.store.driver_rows(self.sql, given)
