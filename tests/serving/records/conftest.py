"""Record stores to test with: every promise is held on SQLite and on PostgreSQL."""

import os
import shutil
from uuid import uuid4

import pytest
from small_home import Desk, open_service, opened
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from features.home import Home
from serving.records.migrate import migrate
from serving.records.store import Store

SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432"


def _run(statement: str) -> None:
    engine = create_engine(f"{SERVER}/postgres", isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


@pytest.fixture
def postgres():
    """The address of an empty database, dropped afterwards."""
    name = f"playcall_records_{uuid4().hex[:12]}"
    try:
        _run(f"CREATE DATABASE {name}")
    except OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("NOT TESTED on PostgreSQL: nothing answers at 127.0.0.1:5432 as user postgres")
    yield f"{SERVER}/{name}"
    _run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def database(request, tmp_path) -> str:
    """The address of an empty database."""
    return f"sqlite:///{tmp_path}/records.db" if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.fixture
def store(database):
    opened = Store(database)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def place(blank_home, database, tmp_path):
    """(home, service, desk) with the records in `database`."""
    root = tmp_path / "home"
    shutil.copytree(blank_home.root, root)
    service = open_service(Home(root), PLAYCALL_DATABASE_URL=database)
    with opened(service) as client:
        yield Home(root), service, Desk(client, Home(root))
    service.store.close()
