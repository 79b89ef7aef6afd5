"""A view's time to live ends a value online and offline at the same microsecond; without one it lives for ever."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.compact import CompactStore
from features.compact_rows import CompactRows
from features.point_in_time import Rows, join
from features.views.view import Dtype, Field, View

START = datetime(2026, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TTLS = st.sampled_from([None, timedelta(0), TICK, timedelta(seconds=1), timedelta(days=2), timedelta(days=400)])
AFTER = st.one_of(
    st.sampled_from([timedelta(0), TICK, timedelta(seconds=1), timedelta(days=2), timedelta(days=2) + TICK, timedelta(days=3650)]),
    st.timedeltas(timedelta(0), timedelta(days=800)),
)


def online(ttl: timedelta | None, rows: list[tuple[datetime, float]], at: datetime) -> float | None:
    """What the compact store says of the value at `at`."""
    view = View("habits", "meaning", "soon", ttl, (Field("count", Dtype.NUMBER, "x", "meaning", 0.0),), "SELECT")
    with TemporaryDirectory() as folder:
        store = CompactStore(CompactRows(Path(folder) / "online.db"))
        for happened, value in rows:
            told = pa.table({"customer_id": ["a"], "at": pa.array([happened.replace(tzinfo=None)], pa.timestamp("us")), "count": [value]})
            store.write_view(view, 0, told, happened)
        found = store.read("a", at).number("count")
        store.close()
    return None if math.isnan(found) else found


def offline(ttl: timedelta | None, rows: list[tuple[datetime, float]], at: datetime) -> float | None:
    """What a training row of `at` says."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE habits (customer_id VARCHAR, event_timestamp TIMESTAMP, count DOUBLE)")
        connection.executemany(
            "INSERT INTO habits VALUES ('a', ?, ?)", [(happened.replace(tzinfo=None), value) for happened, value in rows]
        )
        connection.execute("CREATE TABLE labels AS SELECT 'a' AS customer_id, ?::TIMESTAMP AS event_timestamp", [at.replace(tzinfo=None)])
        found = join(connection, "labels", [Rows("habits", ("count",), ttl=ttl)]).project("count").fetchall()
    return found[0][0]


@settings(max_examples=80, deadline=None)
@given(TTLS, st.lists(st.tuples(st.timedeltas(timedelta(0), timedelta(days=5)), st.floats(-9, 9)), min_size=1, max_size=4), AFTER)
@example(timedelta(days=2), [(timedelta(0), 1.0)], timedelta(days=2))
@example(timedelta(days=2), [(timedelta(0), 1.0)], timedelta(days=2) + TICK)
@example(timedelta(0), [(timedelta(0), 1.0)], timedelta(0))
@example(None, [(timedelta(0), 1.0)], timedelta(days=3650))
def test_online_and_offline_a_value_ends_at_the_same_moment(
    ttl: timedelta | None, drawn: list[tuple[timedelta, float]], after: timedelta
) -> None:
    rows = sorted({START + since: value for since, value in drawn}.items())
    newest, value = rows[-1]
    at = newest + after
    alive = value if ttl is None or after <= ttl else None
    assert online(ttl, rows, at) == offline(ttl, rows, at) == alive
