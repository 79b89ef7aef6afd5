"""The books that come with Playcall."""

import pytest

from playbooks.load import default_book, load_playbook
from playbooks.schema.playbook import Playbook


@pytest.fixture(scope="session")
def card() -> Playbook:
    return load_playbook(default_book())


@pytest.fixture(scope="session")
def telecom() -> Playbook:
    return load_playbook(default_book().parent / "telecom")
