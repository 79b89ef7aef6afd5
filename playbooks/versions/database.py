"""The cabinet in PostgreSQL: the same named bytes, exclusive over machines, kept in one transaction or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, Table, Text, create_engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError

from playbooks.errors import VersionsAway

PATIENCE_SECONDS = 20
"""How long a statement may take, also one that waits for another person's transaction."""
_CONNECT = {"connect_timeout": 3, "options": f"-c statement_timeout={PATIENCE_SECONDS * 1000}"}
_MAKING = 0x706C6179
"""The advisory lock under which the tables are made: two workers may start at once."""

METADATA = MetaData()
SHELVES = Table("playbook_shelves", METADATA, Column("shelf", Text, primary_key=True))
FILES = Table(
    "playbook_files",
    METADATA,
    Column("shelf", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
_F = FILES.c


@dataclass(frozen=True, slots=True)
class DatabaseDrawer:
    """One transaction that holds the lock of its shelf."""

    connection: Connection
    shelf: str

    def read(self, name: str) -> bytes | None:
        return self.connection.execute(select(_F.body).where(_F.shelf == self.shelf, _F.name == name)).scalar()

    def bodies(self, prefix: str) -> dict[str, bytes]:
        rows = self.connection.execute(select(_F.name, _F.body).where(_F.shelf == self.shelf, _F.name.startswith(prefix, autoescape=True)))
        return dict(sorted(row.tuple() for row in rows))

    def write(self, name: str, body: bytes) -> None:
        new = upsert(FILES).values(shelf=self.shelf, name=name, body=body)
        self.connection.execute(new.on_conflict_do_update(index_elements=[_F.shelf, _F.name], set_={"body": body}))

    def remove(self, name: str) -> None:
        self.connection.execute(delete(FILES).where(_F.shelf == self.shelf, _F.name == name))

    def names(self, prefix: str) -> list[str]:
        rows = self.connection.execute(select(_F.name).where(_F.shelf == self.shelf, _F.name.startswith(prefix, autoescape=True)))
        return sorted(rows.scalars())


@dataclass(frozen=True, slots=True)
class Database:
    """A Cabinet in the database at `url`. shelf names it there. Raises VersionsAway when the database cannot be reached or is too slow."""

    url: str
    shelf: str

    @contextmanager
    def open(self) -> Iterator[DatabaseDrawer]:
        with _told(), _engine(self.url).begin() as connection:
            connection.execute(upsert(SHELVES).values(shelf=self.shelf).on_conflict_do_nothing())
            connection.execute(select(SHELVES).where(SHELVES.c.shelf == self.shelf).with_for_update())
            yield DatabaseDrawer(connection, self.shelf)

    def glance(self, name: str) -> bytes | None:
        with _told(), _engine(self.url).connect() as connection:
            return DatabaseDrawer(connection, self.shelf).read(name)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise VersionsAway(
            "the database of playbook versions cannot be reached; check PLAYCALL_DATABASE_URL and the database's log"
        ) from error


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    """One engine an address and process, its tables made."""
    engine = create_engine(url, pool_pre_ping=True, pool_size=4, connect_args=_CONNECT)
    with engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_MAKING)))
        METADATA.create_all(connection)
    return engine


def close(url: str) -> None:
    """Let go of every connection to this address."""
    _engine(url).dispose()
    _engine.cache_clear()
