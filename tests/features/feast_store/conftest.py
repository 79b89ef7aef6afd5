from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from foreign_repo import COMPACT


@pytest.fixture
def online() -> Iterator[Mapping[str, Any]]:
    """The store as feature_store.yaml names it."""
    yield COMPACT
