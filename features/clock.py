"""The one clock. Everything that says 'now' asks it; nothing else reads the time of day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol


class ClockKind(StrEnum):
    """What 'now' means: the wall clock, the newest event of the tables, or the moment a request names."""

    NOW = "now"
    DATA = "data"
    REQUEST = "request"


class Clock(Protocol):
    kind: ClockKind

    def now(self) -> datetime:
        """The present moment, timezone-aware, UTC."""
        ...


@dataclass(slots=True)
class WallClock:
    """The machine's own time. With `kind=REQUEST` a request may name another moment; this is the default beside it."""

    kind: ClockKind = ClockKind.NOW

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class DataClock:
    """Stands one second after the newest event, so that this event is already past.

    It moves only when `advance` is told of a newer event.
    """

    newest: datetime
    kind: ClockKind = field(default=ClockKind.DATA, init=False)

    def now(self) -> datetime:
        return self.newest + timedelta(seconds=1)

    def advance(self, happened_at: datetime) -> None:
        self.newest = max(self.newest, happened_at)


def open_clock(kind: ClockKind, newest_event: Callable[[], datetime | None]) -> Clock:
    """The clock for `--clock KIND`. `newest_event` is asked only by the data clock; with no event at all it is the wall clock's time."""
    if kind is ClockKind.DATA:
        return DataClock(newest_event() or WallClock().now())
    return WallClock(kind)
