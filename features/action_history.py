"""Fatigue of one customer with one action, on every channel, from the online history: the numbers that `action_features_at` finds in the tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.customer import Before, HistoryEvent
from features.events.tables import WRONG_NUMBER
from features.views.sql import DAY

WINDOW_DAYS = 365
"""News older than this counts nowhere here, so a history of 400 days says all there is."""

COUNTS: Final = (
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
SINCE: Final = (
    ("action_days_since_presented", "shown"),
    ("action_days_since_accepted", "yes"),
    ("action_days_since_declined", "no"),
)
ACTION_NUMBERS: tuple[str, ...] = (*(name for name, _, _ in COUNTS), *(name for name, _ in SINCE))
"""Counts of proposals of the action by what became of them, and days since; days are missing where it never happened within a year."""
BEFORE_NUMBERS = ("action_presented_90d", "action_declined_90d", "action_accepted_365d")
"""Those of ACTION_NUMBERS that `Before` says."""
_BEFORE = [ACTION_NUMBERS.index(name) for name in BEFORE_NUMBERS]

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
    numbers[:, len(COUNTS) :] = np.nan
    for row, action_id in enumerate(action_ids):
        if action_id in proposals:
            numbers[row] = _numbers([_settled(news) for news in proposals[action_id].values()])
    return numbers


def happened_before(history: Sequence[HistoryEvent], at: datetime) -> dict[str, Before]:
    """By action of which anything was heard before `at`."""
    action_ids = sorted({event.action_id for event in history})
    if not action_ids:
        return {}
    counts = action_numbers(history, action_ids, at)[:, _BEFORE].tolist()
    return {action_id: Before(*count) for action_id, count in zip(action_ids, counts, strict=True) if any(count)}


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
    counts = [float(sum(1 for news in proposals if news.get(kind, DAY * 1000) <= days * DAY)) for _, kind, days in COUNTS]
    since = [min((news[kind] for news in proposals if kind in news), default=float("nan")) / DAY for _, kind in SINCE]
    return counts + since
