"""An empty PostgreSQL database for a test, dropped afterwards; a loud skip where there is no server, and no skip with CI=true."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from needs import missing
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432"


@contextmanager
def scratch_database(purpose: str) -> Iterator[str]:
    """Its address."""
    name = f"playcall_{purpose}_{uuid4().hex[:12]}"
    try:
        _run(f"CREATE DATABASE {name}")
    except OperationalError as error:
        missing(f"PostgreSQL does not answer at 127.0.0.1:5432 as user postgres ({error}); start it there")
    try:
        yield f"{SERVER}/{name}"
    finally:
        _run(f"DROP DATABASE {name} WITH (FORCE)")


def _run(statement: str) -> None:
    engine = create_engine(f"{SERVER}/postgres", isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
