"""Where a test finds Redis."""

import pytest
from needs import missing
from redis import Redis, RedisError

REDIS_URL = "redis://127.0.0.1:6379/0"
STORES = ["sqlite", pytest.param("redis", marks=pytest.mark.needs_redis)]


def redis_or_skip() -> Redis:
    """Redis, or a skip that says why; with CI=true there is no skip."""
    redis = Redis.from_url(REDIS_URL)
    try:
        redis.ping()
    except RedisError as error:
        missing(f"{REDIS_URL} does not answer ({error}); start Redis there")
    return redis
