"""The few SQL words all views share, so that 'seen before the moment' is written once.

Inside a view `moments` has customer_id, at (TIMESTAMP, UTC) and moment (a number naming the pair), one row a moment. Events are looked for
in `members`: a moment's row again for every id that its person had then (customer_id), beside the id that was asked for (asked_id).
Money and measures are summed as whole numbers (cents, millionths): such sums do not depend on the order of the rows,
so training, batch, online and every partition of a cluster agree to the last bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from features.views.view import Dtype, Field, View

DAY = 86_400_000_000
"""Microseconds."""
WINDOWS = (7, 30, 90, 365)
CHANNELS = ("voice", "ivr", "web_chat", "app", "wechat", "sms", "email", "video", "weibo", "branch")


@dataclass(frozen=True, slots=True)
class Feature:
    """A field and the aggregate that fills it, taken over the rows one moment sees."""

    field: Field
    expression: str


@dataclass(frozen=True, slots=True)
class Group:
    """Features aggregated per moment from one relation."""

    relation: str
    features: tuple[Feature, ...]


def number(name: str, unit: str, meaning: str, expression: str, default: float | None = None, sign: int = 0) -> Feature:
    return Feature(Field(name, Dtype.NUMBER, unit, meaning, default, sign), f"CAST({expression} AS DOUBLE)")


def text(name: str, meaning: str, expression: str) -> Feature:
    return Feature(Field(name, Dtype.TEXT, "word", meaning), f"CAST({expression} AS VARCHAR)")


def visible(row: str, happened_at: str) -> str:
    """The rule of point-in-time truth: happened before, known before, and not yet replaced by a newer version."""
    return f"{row}.{happened_at} < m.at AND {row}.known_at < m.at AND ({row}.superseded_at IS NULL OR {row}.superseded_at >= m.at)"


def members(relation: str) -> str:
    """The rows of a relation with customer_id and at, each for every id its person has at that moment: `asked_id` is the one it was asked for.

    Who was one person is as known at the moment, so a moment before a merge was known sees one customer alone.
    """
    return (
        f"SELECT *, customer_id AS asked_id FROM {relation} UNION ALL "
        f"SELECT m.* REPLACE (s.other_id AS customer_id), m.customer_id AS asked_id FROM {relation} m "
        "JOIN same_person s ON s.customer_id = m.customer_id AND s.since < m.at AND (s.until IS NULL OR s.until >= m.at)"
    )


def seen(table: str, happened_at: str, columns: Sequence[str], days: int | None = None) -> str:
    """SELECT moment, ago (microseconds before the moment) and `columns` of the rows each moment may see."""
    recent = "" if days is None else f" AND t.{happened_at} >= m.at - INTERVAL {days} DAY"
    return (
        f"SELECT m.moment, epoch_us(m.at) - epoch_us(t.{happened_at}) AS ago, {', '.join(columns)} "
        f"FROM members m JOIN {table} t ON t.customer_id = m.customer_id AND {visible('t', happened_at)}{recent}"
    )


def within(days: int, condition: str = "") -> str:
    """A FILTER clause: rows of the last `days` days, and `condition` if there is one."""
    also = f" AND {condition}" if condition else ""
    return f"FILTER (WHERE ago <= {days * DAY}{also})"


def days_since(condition: str = "TRUE") -> str:
    return f"min(ago) FILTER (WHERE {condition}) / {DAY}.0"


def mean(column: str, days: int) -> str:
    """The mean of a measure to a millionth, whatever the order of the rows."""
    return f"sum(CAST(round({column} * 1e6) AS BIGINT)) {within(days)} / (1e6 * nullif(count({column}) {within(days)}, 0))"


def newest(column: str, identity: str, condition: str = "TRUE") -> str:
    """The value of the newest row that has one; rows of one microsecond are told apart by `identity`."""
    return f"arg_min({column}, (ago, {identity})) FILTER (WHERE {column} IS NOT NULL AND {condition})"


def view(*, name: str, meaning: str, freshness: str, ttl: timedelta | None, relations: Mapping[str, str], groups: Sequence[Group]) -> View:
    """Compose a view: `relations` are named subqueries in order, each group is aggregated per moment, moments without rows get defaults."""
    parts = [f"{key} AS ({query})" for key, query in relations.items()]
    for place, group in enumerate(groups):
        aggregates = ", ".join(f"{feature.expression} AS {feature.field.name}" for feature in group.features)
        parts.append(f"g{place} AS (SELECT moment, {aggregates} FROM {group.relation} GROUP BY moment)")
    features = [feature for group in groups for feature in group.features]
    joins = " ".join(f"LEFT JOIN g{place} USING (moment)" for place in range(len(groups)))
    sql = f"WITH {', '.join(parts)} SELECT m.moment, m.customer_id, m.at, {', '.join(map(_shown, features))} FROM moments m {joins}"
    return View(name, meaning, freshness, ttl, tuple(feature.field for feature in features), sql)


def _shown(feature: Feature) -> str:
    name, default = feature.field.name, feature.field.default
    return name if default is None else f"coalesce({name}, {default!r}) AS {name}"
