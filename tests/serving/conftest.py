"""The blank home for every room of serving."""

import pytest
from small_home import make_home

from features.home import Home


@pytest.fixture(scope="session")
def blank_home(tmp_path_factory) -> Home:
    """Never written to by a test: copy it."""
    return make_home(tmp_path_factory.mktemp("blank") / "home")
