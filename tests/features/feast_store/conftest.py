from collections.abc import Mapping
from typing import Any

import pytest
from foreign_repo import COMPACT
from stores import REDIS_URL, STORES


@pytest.fixture(params=STORES)
def online(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """The store as feature_store.yaml names it."""
    if request.param == "sqlite":
        return COMPACT
    return {**COMPACT, "redis_url": REDIS_URL, "key_prefix": request.getfixturevalue("redis_prefix")}
