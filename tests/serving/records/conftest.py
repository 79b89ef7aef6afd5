"""Record stores to test with: every promise is held on SQLite and on PostgreSQL."""

import shutil

import pytest
from scratch_database import scratch_database
from small_home import Desk, open_service, opened

from features.home import Home
from serving.records.migrate import migrate
from serving.records.store import Store


@pytest.fixture
def postgres():
    """The address of an empty database, dropped afterwards."""
    with scratch_database("records") as address:
        yield address


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
def place(blank_home, database, tmp_path, monkeypatch):
    """(home, service, desk) with the records in `database`; what goes to the lake goes when the test says so."""
    monkeypatch.setattr("serving.app.DELIVERY_SECONDS", 3600.0)
    root = tmp_path / "home"
    shutil.copytree(blank_home.root, root)
    service = open_service(Home(root), PLAYCALL_DATABASE_URL=database)
    with opened(service) as client:
        yield Home(root), service, Desk(client, Home(root))
    service.store.close()
