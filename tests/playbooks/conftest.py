"""The tiny book, read once, and a copy to break."""

import shutil
from pathlib import Path

import pytest

from playbooks.load import load_playbook
from playbooks.schema.playbook import Playbook

TINY = Path(__file__).parent / "books" / "tiny"


@pytest.fixture(scope="session")
def tiny() -> Playbook:
    return load_playbook(TINY)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A folder with the tiny book that a test may change."""
    return Path(shutil.copytree(TINY, tmp_path / "book"))
