"""What a propensity model may know of the talk itself, at the second of the proposal and not later."""

from dataclasses import dataclass
from datetime import datetime

RECENT_NUMBERS = ("recent_yes_50", "recent_yes_400")
"""Log-odds of a yes among about the newest 50 and 400 answers of all customers: the level of the day."""
TALK_NUMBERS = ("sentiment", "wait_seconds", "transfers", "hour", "weekday", *RECENT_NUMBERS)
TALK_TEXTS = ("channel", "direction", "contact_reason", "need")


@dataclass(frozen=True, slots=True)
class Talk:
    """The talk around a proposal. sentiment in [-1, 1]; wait in seconds; hour and weekday (0 = Monday) follow from `at` in UTC. None is missing.

    recent: RECENT_NUMBERS as known at `at`; None: as the model last knew them.
    """

    at: datetime
    channel: str | None = None
    direction: str | None = None
    contact_reason: str | None = None
    need: str | None = None
    sentiment: float | None = None
    wait_seconds: float | None = None
    transfers: float | None = None
    recent: tuple[float, float] | None = None
