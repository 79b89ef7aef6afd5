"""The world's months: calendar months that end at the world's end, in seconds since 1970."""

from datetime import UTC, datetime

import numpy as np

from features.errors import FeatureError
from features.simulator.dice import Ints


def _months_before(end: datetime, count: int) -> datetime:
    month = end.year * 12 + end.month - 1 - count
    return end.replace(year=month // 12, month=month % 12 + 1, day=min(end.day, 28) if count else end.day)


def month_edges(end: datetime, months: int) -> Ints:
    """(months + 1,) seconds since 1970, UTC; a world that ends after the 28th begins its months on the 28th."""
    if end.tzinfo is None:
        raise FeatureError(f"simulate: the world's end {end.isoformat()} has no zone; give an aware time, such as 2026-07-01T00:00+00:00.")
    aware = end.astimezone(UTC)
    return np.array([int(_months_before(aware, months - month).timestamp()) for month in range(months + 1)], dtype=np.int64)


def day_of_month(seconds: Ints) -> Ints:
    """1 to 31, UTC."""
    days = seconds.astype("datetime64[s]").astype("datetime64[D]")
    day: Ints = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    return day


def month_of(edges: Ints, seconds: Ints) -> Ints:
    """The month (0-based) each moment falls into; moments outside count to the nearest month."""
    return np.clip(np.searchsorted(edges, seconds, side="right") - 1, 0, len(edges) - 2)
