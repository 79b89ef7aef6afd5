"""What an action wants to happen whether or not it was proposed, and the share of customers who show what happens without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class GoalTable(StrEnum):
    """The event tables a goal may be found in."""

    TRANSACTIONS = "transactions"
    CHANNEL_EVENTS = "channel_events"


GOAL_COLUMNS: Mapping[GoalTable, tuple[str, ...]] = {
    GoalTable.TRANSACTIONS: ("category", "channel", "currency"),
    GoalTable.CHANNEL_EVENTS: ("event", "topic", "channel"),
}
"""The columns of words a goal may name; all it names must be so."""
GOAL_EVENTS = ("login", "view", "message", "self_service_done", "self_service_abandoned")
"""The words of the column `event` of channel_events."""


@dataclass(frozen=True, slots=True)
class Incremental:
    """holdout: share in (0, 0.5] of customers who are never proposed the action. The goal is reached by a row of `table` whose columns are as in `equals`, within `within` after the moment."""

    holdout: float
    table: GoalTable
    equals: tuple[tuple[str, str], ...]
    within: timedelta

    @property
    def goal(self) -> str:
        """In words that name it: a model learned for another goal, or another time, is not this one's."""
        named = " and ".join(f"{column} {value}" for column, value in self.equals)
        return f"{self.table} with {named} within {self.within / timedelta(hours=1):g} hours"

    def __str__(self) -> str:
        return f"{self.goal}, held back from {self.holdout * 100:.6g} % of customers"
