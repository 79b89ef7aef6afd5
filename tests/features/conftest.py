"""Where the online store may be: the promises are the same in a file and in Redis."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stores import REDIS_URL, STORES, redis_or_skip

from features.compact_rows import CompactRows
from features.redis_rows import RedisRows
from features.row_store import RowStore


@pytest.fixture
def redis_prefix() -> Iterator[str]:
    """A prefix of this test's own; its keys are gone afterwards."""
    redis, prefix = redis_or_skip(), f"playcall-test:{secrets.token_hex(6)}"
    yield prefix
    for key in redis.scan_iter(match=f"{prefix}*", count=1000):
        redis.delete(key)
    redis.close()


@pytest.fixture(params=STORES)
def open_rows(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], RowStore]:
    """Opens the same store again and again, as several processes would."""
    if request.param == "sqlite":
        return lambda: CompactRows(tmp_path / "online.db")
    prefix = request.getfixturevalue("redis_prefix")
    return lambda: RedisRows(REDIS_URL, prefix)
