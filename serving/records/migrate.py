"""Bring a record store to the tables this release needs. Every command that opens the records does it first; done twice it changes nothing."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from serving.errors import RecordError
from serving.records.store import Store

_FOLDER = Path(__file__).with_name("migrations")
_LOCK = 7_240_183
"""PostgreSQL's advisory lock: of several workers that start together one migrates, the others wait and find it done."""


def migrate(store: Store) -> None:
    """Raises RecordError when the database is away, or was written by a newer release."""
    try:
        with store.transaction() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            _upgrade(connection)
    except SQLAlchemyError as error:
        raise RecordError(f"the record store cannot be brought up to date ({error}); check PLAYCALL_DATABASE_URL") from error


def head() -> str:
    """The newest revision there is."""
    newest = ScriptDirectory(str(_FOLDER)).get_current_head()
    assert newest is not None  # noqa: S101 (the folder is part of the package)
    return newest


def _upgrade(connection: Connection) -> None:
    here = _revision(connection)
    if here == head():
        return
    known = {script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions()}
    if here is not None and here not in known:
        raise RecordError(f"the record store is at revision {here}, which a newer release wrote; run that release, or restore a backup")
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    if here is None and inspect(connection).has_table("decisions"):
        command.stamp(config, _unmarked(connection))
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _unmarked(connection: Connection) -> str:
    """The revision of a store made before revisions were written down."""
    columns = {column["name"] for column in inspect(connection).get_columns("decisions")}
    return "0002" if "why" in columns else "0001"
