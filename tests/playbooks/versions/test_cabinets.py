"""What every cabinet promises, in a folder and in PostgreSQL."""

import multiprocessing
import os
import threading
from pathlib import Path

import pytest
from people import hand, published, value_at

from playbooks.errors import VersionConflict, VersionsAway
from playbooks.reading.files import read_contents
from playbooks.versions.cabinet import Cabinet
from playbooks.versions.database import Database
from playbooks.versions.drafting import write_files
from playbooks.versions.folder import Folder
from playbooks.versions.moving import move_in
from playbooks.versions.publishing import take_over
from playbooks.versions.shelf import Shelf


def test_an_exception_leaves_everything_as_it_was(cabinet: Cabinet) -> None:
    with cabinet.open() as drawer:
        drawer.write("a", b"1")
        drawer.write("b", b"1")
    with pytest.raises(KeyError), cabinet.open() as drawer:
        drawer.write("a", b"2")
        drawer.remove("b")
        drawer.write("c", b"2")
        raise KeyError("somebody stumbled")
    with cabinet.open() as drawer:
        assert dict(drawer.bodies("")) == {"a": b"1", "b": b"1"}


def test_inside_a_transaction_one_sees_ones_own_changes_and_nobody_else_does(cabinet: Cabinet) -> None:
    with cabinet.open() as drawer:
        drawer.write("a", b"1")
        assert (drawer.read("a"), list(drawer.names("")), cabinet.glance("a")) == (b"1", ["a"], None)
    assert cabinet.glance("a") == b"1"


def test_names_and_bodies_are_those_under_the_prefix_sorted(cabinet: Cabinet) -> None:
    with cabinet.open() as drawer:
        for name in ("versions/0002/b", "versions/0001/x_y", "versions/0001/a", "versions/0001x"):
            drawer.write(name, name.encode())
    with cabinet.open() as drawer:
        assert list(drawer.names("versions/0001/")) == ["versions/0001/a", "versions/0001/x_y"]
        assert dict(drawer.bodies("versions/0001/x_")) == {"versions/0001/x_y": b"versions/0001/x_y"}
        assert list(drawer.names("versions/0001/x%")) == []


def test_a_glance_does_not_wait_for_who_is_inside(cabinet: Cabinet) -> None:
    with cabinet.open() as drawer:
        drawer.write("a", b"1")
        seen: list[bytes | None] = []
        looking = threading.Thread(target=lambda: seen.append(cabinet.glance("a")))
        looking.start()
        looking.join(timeout=3)
        assert seen == [None]


def _count(cabinet: Cabinet, times: int) -> None:
    for _ in range(times):
        with cabinet.open() as drawer:
            drawer.write("count", str(int(drawer.read("count") or b"0") + 1).encode())


def test_processes_come_in_one_after_the_other(cabinet: Cabinet) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_count, args=(cabinet, 25)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert cabinet.glance("count") == b"75"


@pytest.mark.needs_postgres
def test_two_shelves_of_one_database_never_meet(postgres: str) -> None:
    one, other = (Database(postgres, f"{tenant}/card-{os.getpid()}") for tenant in ("acme", "acme/evil"))
    with one.open() as drawer:
        drawer.write("a", b"ours")
    with other.open() as drawer:
        assert list(drawer.names("")) == []
    assert other.glance("a") is None


@pytest.mark.needs_postgres
def test_what_was_published_as_files_rules_on_in_the_database(postgres: str, tmp_path: Path, book: Path) -> None:
    files, database = Folder(tmp_path / "files"), Database(postgres, f"moved/{tmp_path.name}")
    take_over(Shelf(files), read_contents(book), hand("anna"), "as it was")
    published(Shelf(files), 150)
    assert move_in(files, database)
    assert value_at(Shelf(database), 2) == 150
    published(Shelf(database), 160, 3)
    assert not move_in(files, database), "what is newer in the database is not overwritten"
    assert value_at(Shelf(database), 4) == 160


def test_a_database_that_is_away_is_said_in_our_own_words() -> None:
    away = Database("postgresql+psycopg://postgres@127.0.0.1:1/none", "default/card")
    with pytest.raises(VersionsAway, match="PLAYCALL_DATABASE_URL"):
        away.glance("a")
    with pytest.raises(VersionsAway):
        write_files(Shelf(away), "d1", {"weights.yaml": b""}, hand("anna"), 0)
    assert not issubclass(VersionsAway, VersionConflict)
