"""A home with a small past and a champion that learned from it, once for all tests of training."""

import shutil

import pytest
from small_past import LEARNED, PAST, live

from features.home import Home
from playbooks.load import default_book, load_playbook
from training.promote import promote
from training.train import train


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
    shutil.copytree(learned_home.root, tmp_path / "home")
    return Home(tmp_path / "home")
