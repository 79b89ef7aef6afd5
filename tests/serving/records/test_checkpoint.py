"""What commits leave in SQLite's log comes to the file beside them, so that none of them has all of it to bring."""

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from looking import comes
from small_home import START, Desk, open_service, opened

from features.home import Home
from serving.errors import RecordError
from serving.records.lines import Line
from serving.records.migrate import migrate
from serving.records.store import Store
from serving.records.tables import LEASES


def _in_the_file(records: Path, sql: str) -> list[tuple[object, ...]]:
    """What the file holds without its log; nothing while it is being written to."""
    with closing(sqlite3.connect(f"file:{records}?immutable=1", uri=True)) as connection:
        try:
            return connection.execute(sql).fetchall()
        except sqlite3.DatabaseError:
            return []


def test_a_decision_comes_to_the_file_while_the_service_goes_on(blank_home, tmp_path):
    root = tmp_path / "home"
    shutil.copytree(blank_home.root, root)
    with opened(open_service(Home(root))) as client:
        decision = Desk(client, Home(root)).decide("k1", "talk")
        assert comes(lambda: (decision["decision_id"],) in _in_the_file(root / "records.db", "SELECT decision_id FROM decisions"), 20)


@pytest.fixture
def records(tmp_path):
    return tmp_path / "records.db"


@pytest.fixture
def sqlite_store(records):
    store = Store(f"sqlite:///{records}")
    migrate(store)
    yield store
    store.close()


def _lease(store: Store, name: str) -> None:
    with store.transaction() as connection:
        connection.execute(LEASES.insert(), Line(LEASES, {"name": name, "tenant": "t", "holder": "one", "until": START}).values)


def test_who_reads_an_older_state_is_left_it(sqlite_store, records):
    leases = "SELECT name FROM leases ORDER BY name"
    _lease(sqlite_store, "a")
    with sqlite3.connect(records, isolation_level=None) as reader:
        reader.execute("BEGIN")
        assert reader.execute(leases).fetchall() == [("a",)]
        _lease(sqlite_store, "b")
        sqlite_store.checkpoint()
        assert reader.execute(leases).fetchall() == [("a",)]
        reader.execute("COMMIT")
    sqlite_store.checkpoint()
    assert _in_the_file(records, leases) == [("a",), ("b",)]


def test_a_commit_goes_on_beside_an_open_transaction(sqlite_store, records):
    with sqlite_store.transaction() as connection:
        connection.execute(LEASES.insert(), {"name": "a", "tenant": "t", "holder": "one", "until": START})
        sqlite_store.checkpoint()
    sqlite_store.checkpoint()
    assert _in_the_file(records, "SELECT name FROM leases") == [("a",)]


def test_the_log_is_emptied_though_others_bring_it_to_the_file_all_the_time(sqlite_store, records):
    ended = threading.Event()

    def again_and_again() -> None:
        while not ended.is_set():
            sqlite_store.checkpoint()

    others = [threading.Thread(target=again_and_again) for _ in range(2)]
    for other in others:
        other.start()
    for number in range(10):
        _lease(sqlite_store, f"{number}")
        sqlite_store.truncate_log()
    ended.set()
    for other in others:
        other.join()
    assert records.with_name("records.db-wal").stat().st_size == 0


def test_a_log_that_somebody_reads_is_said_to_be_still_there(sqlite_store, records, monkeypatch):
    monkeypatch.setattr("serving.records.store._BUSY_SECONDS", 0.1)
    _lease(sqlite_store, "a")
    with closing(sqlite3.connect(records, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT name FROM leases").fetchall()
        with pytest.raises(RecordError, match="still in their log"):
            sqlite_store.truncate_log()
    sqlite_store.truncate_log()
