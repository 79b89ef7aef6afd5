"""The join of feature rows to labels against the slow obvious way."""

from datetime import datetime, timedelta

import duckdb
import pytest
from fake_tables import day
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import ViewError
from features.point_in_time import Rows, join

WHO = st.sampled_from(["a", "b"])
TIMES = st.integers(0, 12).map(day)
FEATURE_ROWS = st.lists(st.tuples(WHO, TIMES, st.sampled_from([-3, 0, 0, 1, 5])), max_size=14)
LABELS = st.lists(st.tuples(WHO, TIMES), min_size=1, max_size=8)
TTLS = st.sampled_from([None, timedelta(0), timedelta(days=2), timedelta(days=100)])


def connected(rows: list[tuple[str, datetime, datetime, float]], labels: list[tuple[str, datetime]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("CREATE TABLE rows (customer_id VARCHAR, event_timestamp TIMESTAMP, known TIMESTAMP, value DOUBLE)")
    connection.execute("CREATE TABLE labels (customer_id VARCHAR, event_timestamp TIMESTAMP, label INTEGER)")
    for row in rows:
        connection.execute("INSERT INTO rows VALUES (?, ?, ?, ?)", row)
    for number, label in enumerate(labels):
        connection.execute("INSERT INTO labels VALUES (?, ?, ?)", (*label, number))
    return connection


def slow(
    rows: list[tuple[str, datetime, datetime, float]], labels: list[tuple[str, datetime]], ttl: timedelta | None
) -> list[tuple[int, float | None]]:
    found: list[tuple[int, float | None]] = []
    for number, (who, at) in enumerate(labels):
        known = [row for row in rows if row[0] == who and row[1] <= at and row[2] <= at]
        newest = max(known, key=lambda row: (row[1], row[2]), default=None)
        alive = newest is not None and (ttl is None or at <= newest[1] + ttl)
        found.append((number, newest[3] if alive and newest else None))
    return found


@settings(max_examples=150, deadline=None)
@given(FEATURE_ROWS, LABELS, TTLS)
def test_the_newest_row_known_and_alive_counts(
    drawn: list[tuple[str, datetime, int]], labels: list[tuple[str, datetime]], ttl: timedelta | None
) -> None:
    distinct = dict.fromkeys(drawn)
    rows = [(who, event, event + timedelta(days=lag), float(place)) for place, (who, event, lag) in enumerate(distinct)]
    view = Rows("rows", ("value",), known_time="known", ttl=ttl)
    got = join(connected(rows, labels), "labels", [view]).project("label, value").fetchall()
    assert sorted(got) == slow(rows, labels, ttl)


def test_two_labels_of_one_second_stay_two_rows() -> None:
    connection = connected([("a", day(1), day(1), 7.0)], [("a", day(2)), ("a", day(2))])
    assert len(join(connection, "labels", [Rows("rows", ("value",))]).fetchall()) == 2


def test_a_back_filled_value_does_not_leak_into_the_past() -> None:
    connection = connected([("a", day(1), day(9), 7.0)], [("a", day(2)), ("a", day(9))])
    got = join(connection, "labels", [Rows("rows", ("value",), known_time="known")]).project("label, value").fetchall()
    assert sorted(got) == [(0, None), (1, 7.0)]


def test_two_views_stand_side_by_side_and_each_has_its_own_life() -> None:
    connection = connected([("a", day(1), day(1), 7.0)], [("a", day(4))])
    connection.execute("CREATE TABLE others AS SELECT customer_id, event_timestamp, value AS other FROM rows")
    got = join(connection, "labels", [Rows("rows", ("value",), ttl=timedelta(days=2)), Rows("others", ("other",))])
    assert got.project("value, other").fetchall() == [(None, 7.0)]


def test_two_views_with_one_column_are_refused_by_name() -> None:
    connection = connected([], [("a", day(1))])
    with pytest.raises(ViewError, match="column value comes from rows and others; rename"):
        join(connection, "labels", [Rows("rows", ("value",)), Rows("others", ("value",))])
