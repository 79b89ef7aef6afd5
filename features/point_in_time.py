"""Join feature rows to labels as they were known at each label's moment: the newest row that had happened, was known, and still lives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from features.errors import ViewError


@dataclass(frozen=True, slots=True)
class Rows:
    """A relation of feature rows: a table, a view, or read_parquet('...').

    entity: the column shared with the labels. event_time: when the row happened. known_time: when it was known, None when that is the event time.
    ttl: how long a row lives after its event, both ends included; None is for ever, nothing (timedelta(0)) is the very moment only.
    Of several rows of one entity and event time the one known last counts, among those known.
    """

    relation: str
    columns: tuple[str, ...]
    entity: str = "customer_id"
    event_time: str = "event_timestamp"
    known_time: str | None = None
    ttl: timedelta | None = None


def join(
    connection: duckdb.DuckDBPyConnection, labels: str, rows: Sequence[Rows], *, time: str = "event_timestamp"
) -> duckdb.DuckDBPyRelation:
    """Every row of the relation `labels` as often as it is there, with the columns of each of `rows` beside it; null where none lives.

    A feature row counts at a label's moment when event_time <= moment and known_time <= moment. The order of the labels is not kept.
    Raises ViewError when two relations bring one column.
    """
    _refuse_twins(rows)
    joins = " ".join(_asof(connection, place, one, time) for place, one in enumerate(rows))
    columns = [_alive(place, one, column, time) for place, one in enumerate(rows) for column in one.columns]
    return connection.sql(f"SELECT {', '.join(['l.*', *columns])} FROM {labels} l {joins}")


def _asof(connection: duckdb.DuckDBPyConnection, place: int, one: Rows, time: str) -> str:
    relation, visible = _as_it_became_known(connection, one)
    right = f"r{place}"
    return f"ASOF LEFT JOIN {relation} {right} ON l.{_quoted(one.entity)} = {right}.{_quoted(one.entity)} AND l.{_quoted(time)} >= {right}.{visible}"


def _alive(place: int, one: Rows, column: str, time: str) -> str:
    value = f"r{place}.{_quoted(column)}"
    if one.ttl is None:
        return value
    end = f"r{place}.{_quoted(one.event_time)} + to_microseconds({one.ttl // timedelta(microseconds=1)})"
    return f"CASE WHEN l.{_quoted(time)} <= {end} THEN {value} END AS {_quoted(column)}"


def _as_it_became_known(connection: duckdb.DuckDBPyConnection, one: Rows) -> tuple[str, str]:
    """A relation in which the newest row at any moment is the one that counts then, and its time column. The plain relation where that is right already."""
    event = _quoted(one.event_time)
    if one.known_time is None:
        return one.relation, event
    in_time = f"SELECT * FROM {one.relation} WHERE {_quoted(one.known_time)} <= {event}"
    late, early = _known_after_and_before(connection, one)
    # Versions known at the very moment of the event are one and the same; only one known before it can be the older of two.
    twice = early and _has_twice(connection, one)
    if not (late or twice):
        return one.relation, event
    if twice:
        in_time += f" QUALIFY row_number() OVER (PARTITION BY {_quoted(one.entity)}, {event} ORDER BY {_quoted(one.known_time)} DESC) = 1"
    return f"(SELECT *, {event} AS visible_from FROM ({in_time}) UNION ALL {_late_winners(one)})", "visible_from"


def _known_after_and_before(connection: duckdb.DuckDBPyConnection, one: Rows) -> tuple[bool, bool]:
    """Whether any row was known only after it happened, and whether any was known before."""
    event, known = _quoted(one.event_time), _quoted(one.known_time or one.event_time)
    ((late, early),) = connection.execute(f"SELECT bool_or({known} > {event}), bool_or({known} < {event}) FROM {one.relation}").fetchall()
    return bool(late), bool(early)


def _has_twice(connection: duckdb.DuckDBPyConnection, one: Rows) -> bool:
    """Whether an event came twice. Hashes may collide; then the careful way is taken once more than needed."""
    key = f"hash({_quoted(one.entity)}, {_quoted(one.event_time)})"
    ((rows, distinct),) = connection.execute(f"SELECT count(*), count(DISTINCT {key}) FROM {one.relation}").fetchall()
    return bool(rows != distinct)


def _late_winners(one: Rows) -> str:
    """The late rows that count from the moment they are known: those of which no newer event was known by then.

    Only a late row can lose so, and losing once it never counts, because what beat it stays known.
    """
    entity, event, known = _quoted(one.entity), _quoted(one.event_time), _quoted(one.known_time or one.event_time)
    beaten = f"r.{entity} = t.{entity} AND r.{event} > t.{event} AND greatest(r.{event}, r.{known}) <= t.{known}"
    late = f"SELECT * FROM {one.relation} WHERE {known} > {event}"
    return f"SELECT t.*, t.{known} AS visible_from FROM ({late}) t ANTI JOIN {one.relation} r ON {beaten}"


def _refuse_twins(rows: Sequence[Rows]) -> None:
    owner: dict[str, str] = {}
    for one in rows:
        for column in one.columns:
            if owner.setdefault(column, one.relation) != one.relation or one.columns.count(column) > 1:
                raise ViewError(f"column {column} comes from {owner[column]} and {one.relation}; rename it in one of them.")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
