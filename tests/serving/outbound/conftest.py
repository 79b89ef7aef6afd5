"""A centre with a model is made once: it takes a while."""

import pytest
from trained_centre import furnish

from features.home import Home


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Home:
    return furnish(tmp_path_factory.mktemp("centre"))
