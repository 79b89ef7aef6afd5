"""A home with a small past and a champion that learned from it, once for all tests of training."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from small_past import LEARNED, PAST, live

from features.home import Home
from playbooks.load import default_book, load_playbook
from training.promote import promote
from training.train import train

PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


@pytest.fixture(scope="session")
def book():
    return load_playbook(default_book())


@pytest.fixture(scope="session")
def learned_home(tmp_path_factory, book) -> Home:
    """Never written to by a test: copy it."""
    home = Home(tmp_path_factory.mktemp("learned") / "home")
    live(home, 0, PAST)
    train(home, book, LEARNED)
    promote(home, book, LEARNED)
    return home


@pytest.fixture
def home(learned_home, tmp_path) -> Home:
    """A copy whose registry keeps its files in the copy."""
    shutil.copytree(learned_home.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    with closing(sqlite3.connect(home.mlflow_database)) as database:
        for table, column in PLACES:
            database.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (str(learned_home.root), str(home.root)))
        database.commit()
    return home
