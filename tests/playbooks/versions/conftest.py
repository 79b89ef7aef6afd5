"""A shelf with the tiny book as version 1, kept in a folder and in PostgreSQL: one contract for both."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from people import hand
from scratch_database import scratch_database

from playbooks.reading.files import read_contents
from playbooks.versions.cabinet import Cabinet
from playbooks.versions.database import Database, close
from playbooks.versions.folder import Folder
from playbooks.versions.publishing import take_over
from playbooks.versions.shelf import Shelf


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a database of this run's own, dropped afterwards."""
    with scratch_database("versions") as address:
        yield address
        close(address)


@pytest.fixture(params=["folder", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def cabinet(request: pytest.FixtureRequest, tmp_path: Path) -> Cabinet:
    """An empty one."""
    if request.param == "folder":
        return Folder(tmp_path / "shelf")
    return Database(request.getfixturevalue("postgres"), f"default/{uuid4().hex}")


@pytest.fixture
def shelf(cabinet: Cabinet, book: Path) -> Shelf:
    for name in ("bill_instalment", "callback"):
        file = book / "actions" / f"{name}.yaml"
        file.write_text(file.read_text("utf-8").replace("    media: [text]\n", ""), "utf-8")
    shelf = Shelf(cabinet)
    take_over(shelf, read_contents(book), hand("anna"), "as it was")
    return shelf
