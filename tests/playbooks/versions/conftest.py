"""A shelf with the tiny book as version 1."""

from pathlib import Path

import pytest
from people import hand

from playbooks.reading.files import read_contents
from playbooks.versions.folder import Folder
from playbooks.versions.publishing import take_over
from playbooks.versions.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path, book: Path) -> Shelf:
    for name in ("bill_instalment", "callback"):
        file = book / "actions" / f"{name}.yaml"
        file.write_text(file.read_text("utf-8").replace("    media: [text]\n", ""), "utf-8")
    shelf = Shelf(Folder(tmp_path / "shelf"))
    take_over(shelf, read_contents(book), hand("anna"), "as it was")
    return shelf
