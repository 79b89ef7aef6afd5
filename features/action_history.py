"""Fatigue of one customer with one action, on every channel: the same numbers in SQL for training and from the online history for serving."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.customer import HistoryEvent
from features.events.tables import WRONG_NUMBER
from features.transform import EventTables, as_utc, connection_for
from features.views.sql import DAY, members, visible

WINDOW_DAYS = 365
"""News older than this counts nowhere here, so a history of 400 days says all there is."""

_COUNTS: Final = (
    ("action_presented_7d", "shown", 7),
    ("action_presented_30d", "shown", 30),
    ("action_presented_90d", "shown", 90),
    ("action_presented_365d", "shown", 365),
    ("action_accepted_90d", "yes", 90),
    ("action_accepted_365d", "yes", 365),
    ("action_declined_30d", "no", 30),
    ("action_declined_90d", "no", 90),
    ("action_declined_365d", "no", 365),
    ("action_deferred_90d", "later", 90),
    ("action_cancelled_365d", "cancelled", 365),
)
_SINCE: Final = (
    ("action_days_since_presented", "shown"),
    ("action_days_since_accepted", "yes"),
    ("action_days_since_declined", "no"),
)
ACTION_NUMBERS: tuple[str, ...] = (*(name for name, _, _ in _COUNTS), *(name for name, _ in _SINCE))
"""Counts of proposals of the action by what became of them, and days since; days are missing where it never happened within a year."""

_NEWS = {"accepted": "yes", "converted": "yes", "declined": "no", "deferred": "later", "cancelled": "cancelled"}
_TICK = timedelta(microseconds=1)


def action_numbers(history: Sequence[HistoryEvent], action_ids: Sequence[str], at: datetime) -> NDArray[np.float64]:
    """(len(action_ids), len(ACTION_NUMBERS)) from what happened before `at`; a missing number is NaN."""
    proposals: dict[str, dict[str, dict[str, int]]] = {}
    wrong = {event.decision_id for event in history if event.reason == WRONG_NUMBER and event.occurred_at < at}
    for event in history:
        if event.decision_id in wrong:
            continue
        ago = (at - event.occurred_at) // _TICK
        if 0 < ago <= WINDOW_DAYS * DAY:
            _note(proposals.setdefault(event.action_id, {}).setdefault(event.decision_id, {}), event.outcome, ago)
    numbers = np.zeros((len(action_ids), len(ACTION_NUMBERS)))
    numbers[:, len(_COUNTS) :] = np.nan
    for row, action_id in enumerate(action_ids):
        if action_id in proposals:
            numbers[row] = _numbers([_settled(news) for news in proposals[action_id].values()])
    return numbers


def _note(news: dict[str, int], outcome: str, ago: int) -> None:
    """Any news implies that the action was shown, at the latest with the first news; of the other news the newest counts."""
    news["shown"] = max(news.get("shown", 0), ago)
    kind = _NEWS.get(outcome)
    if kind is not None:
        news[kind] = min(news.get(kind, ago), ago)


def _settled(news: dict[str, int]) -> dict[str, int]:
    # Cancelled is a no to the yes, in whatever order the news arrived.
    return {kind: ago for kind, ago in news.items() if not (kind == "yes" and "cancelled" in news)}


def _numbers(proposals: Sequence[dict[str, int]]) -> list[float]:
    counts = [float(sum(1 for news in proposals if news.get(kind, DAY * 1000) <= days * DAY)) for _, kind, days in _COUNTS]
    since = [min((news[kind] for news in proposals if kind in news), default=float("nan")) / DAY for _, kind in _SINCE]
    return counts + since


def action_features_at(lake: EventTables, moments: pa.Table) -> pa.Table:
    """ACTION_NUMBERS (float64) for rows of customer_id, at and action_id, in their order, as known at each moment."""
    asked = pa.table(
        {
            "place": pa.array(range(moments.num_rows), pa.int64()),
            "customer_id": moments["customer_id"].cast(pa.string()),
            "at": as_utc(moments["at"]),
            "action_id": moments["action_id"].cast(pa.string()),
        }
    )
    with connection_for(lake, asked) as connection:
        connection.register("asked", asked)
        return connection.sql(_SQL).to_arrow_table()


def _ago(*outcomes: str) -> str:
    words = ", ".join(f"'{outcome}'" for outcome in outcomes)
    return f"min(ago) FILTER (WHERE outcome IN ({words}))"


def _sql() -> str:
    counts = [f"coalesce(count(*) FILTER (WHERE {kind} <= {days * DAY}), 0)::DOUBLE AS {name}" for name, kind, days in _COUNTS]
    since = [f"min({kind}) / {DAY}.0 AS {name}" for name, kind in _SINCE]
    return f"""
    WITH news AS (
        SELECT m.place, p.decision_id, o.outcome, epoch_us(m.at) - epoch_us(o.occurred_at) AS ago
        FROM ({members("asked")}) m JOIN proposals p ON p.customer_id = m.customer_id AND p.action_id = m.action_id AND {visible("p", "proposed_at")}
        JOIN outcomes o ON o.decision_id = p.decision_id AND o.action_id = p.action_id AND {visible("o", "occurred_at")}
            AND o.occurred_at >= m.at - INTERVAL {WINDOW_DAYS} DAY
    ), wrong AS (
        SELECT DISTINCT n.place, n.decision_id FROM news n JOIN asked m USING (place)
        JOIN outcomes o ON o.decision_id = n.decision_id AND o.reason = '{WRONG_NUMBER}' AND {visible("o", "occurred_at")}
    ), proposed AS (
        SELECT place, max(ago) AS shown, {_ago("declined")} AS no, {_ago("deferred")} AS later, {_ago("cancelled")} AS cancelled,
            CASE WHEN NOT bool_or(outcome = 'cancelled') THEN {_ago("accepted", "converted")} END AS yes
        FROM news ANTI JOIN wrong USING (place, decision_id) GROUP BY place, decision_id
    )
    SELECT {", ".join((*counts, *since))} FROM asked m LEFT JOIN proposed USING (place) GROUP BY place ORDER BY place
    """


_SQL = _sql()
