"""Who can be reached, where and when: from outbound attempts that failed, and from when people come to us by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.events.lake import Lake

Matrix = NDArray[np.float64]
PARTS = ("morning", "afternoon", "evening")
"""Before noon, before six, and after, in the tenant's zone."""
START = {"voice": 0.30, "video": 0.20, "sms": 0.60, "wechat": 0.45, "app": 0.40, "email": 0.25, "web_chat": 0.10}
"""Share of attempts that reach somebody, until the tables say better; 70 % of outbound calls reach nobody useful."""
OTHER_START = 0.2
START_WEIGHT, OWN_WEIGHT, HABIT_WEIGHT = 100.0, 8.0, 6.0
"""How many attempts, own attempts and own events the starting assumptions are worth."""
LISTENED = timedelta(seconds=20)
"""A call shorter than this reached nobody."""
RECENT = timedelta(days=90)
_LEAST, _MOST = 0.01, 0.95

_ATTEMPTS = """
SELECT customer_id, channel, count(*)::DOUBLE AS attempts,
    count(*) FILTER (ended_at - started_at >= to_microseconds($listened))::DOUBLE AS reached
FROM contacts WHERE direction = 'outbound' AND superseded_at IS NULL AND started_at < $at GROUP BY ALL ORDER BY ALL
"""
_HABITS = """
SELECT customer_id, channel, hour(happened_at + to_microseconds($offset)) AS hour, count(*)::DOUBLE AS events,
    count(*) FILTER (happened_at >= $recent)::DOUBLE AS recent
FROM (SELECT customer_id, channel, started_at AS happened_at, superseded_at FROM contacts WHERE direction IS DISTINCT FROM 'outbound'
    UNION ALL SELECT customer_id, channel, occurred_at, superseded_at FROM channel_events)
WHERE superseded_at IS NULL AND happened_at < $at GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """probability: (customers, channels, PARTS) of reaching somebody. known: channels whose log holds failed attempts, so that it tells a rate."""

    customers: tuple[str, ...]
    channels: tuple[str, ...]
    probability: Matrix
    known: frozenset[str]

    @classmethod
    def learn(cls, lake: Lake, customers: Sequence[str], channels: Sequence[str], at: datetime, zone: ZoneInfo) -> "Reach":
        """The channel's odds x the customer's own x how they use the channel x when they turn to us; each shrunk towards 1 where little is known.

        A log that holds only attempts that succeeded cannot say how many did not: then the stated start stands.
        """
        moment = at.astimezone(UTC).replace(tzinfo=None)
        offset = at.astimezone(zone).utcoffset() or timedelta(0)
        with lake.connect() as connection:
            asked = {"at": moment, "listened": LISTENED // timedelta(microseconds=1)}
            attempts = connection.sql(_ATTEMPTS, params=asked).to_arrow_table()
            asked = {"at": moment, "recent": moment - RECENT, "offset": offset // timedelta(microseconds=1)}
            habits = connection.sql(_HABITS, params=asked).to_arrow_table()
        tried, reached = (_grid(attempts, customers, channels, name) for name in ("attempts", "reached"))
        rate, known = _channel_rates(tried.sum(axis=0), reached.sum(axis=0), channels)
        own = np.where([channel in known for channel in channels], (reached + OWN_WEIGHT * rate) / (tried + OWN_WEIGHT) / rate, 1.0)
        factors = own * _usage(_grid(habits, customers, channels, "recent"))
        odds = (rate / (1 - rate))[None, :, None] * factors[:, :, None] * _when(habits, customers)[:, None, :]
        probability = odds / (1 + odds)
        return cls(tuple(customers), tuple(channels), np.clip(probability, _LEAST, _MOST), known)


def _channel_rates(tried: Matrix, reached: Matrix, channels: Sequence[str]) -> tuple[Matrix, frozenset[str]]:
    start = np.array([START.get(channel, OTHER_START) for channel in channels])
    informed = tried > reached
    rate = np.where(informed, (reached + START_WEIGHT * start) / (tried + START_WEIGHT), start)
    return rate, frozenset(channel for channel, told in zip(channels, informed, strict=True) if told)


def _usage(recent: Matrix) -> Matrix:
    """(customers, channels) between 0.3 and 1.5: who uses a channel more than the mean customer is found there more easily."""
    return np.asarray(np.clip(np.sqrt((recent + 1) / (recent.mean(axis=0) + 1)), 0.3, 1.5), dtype=np.float64)


def _when(habits: pa.Table, customers: Sequence[str]) -> Matrix:
    """(customers, PARTS) between 0.5 and 2: the customer's own hours against everybody's."""
    hour = habits["hour"].to_numpy()
    part = np.where(hour < 12, 0, np.where(hour < 18, 1, 2))
    counts = np.zeros((len(customers), len(PARTS)))
    rows, inside = _places(habits, "customer_id", customers)
    np.add.at(counts, (rows[inside], part[inside]), habits["events"].to_numpy()[inside])
    everybody = (counts.sum(axis=0) + 1) / (counts.sum() + len(PARTS))
    mine = (counts + HABIT_WEIGHT * everybody) / (counts.sum(axis=1, keepdims=True) + HABIT_WEIGHT)
    return np.asarray(np.clip(mine / everybody, 0.5, 2.0), dtype=np.float64)


def _grid(table: pa.Table, customers: Sequence[str], channels: Sequence[str], column: str) -> Matrix:
    """(customers, channels) sums of a column."""
    rows, known_customer = _places(table, "customer_id", customers)
    columns, known_channel = _places(table, "channel", channels)
    inside = known_customer & known_channel
    grid = np.zeros((len(customers), len(channels)))
    np.add.at(grid, (rows[inside], columns[inside]), table[column].to_numpy()[inside])
    return grid


def _places(table: pa.Table, column: str, names: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    slots = {name: place for place, name in enumerate(names)}
    places = np.array([slots.get(name, -1) for name in table[column].to_pylist()], dtype=np.intp)
    return places, places >= 0
