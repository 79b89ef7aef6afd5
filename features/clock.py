"""The one clock. Everything that says 'now' asks it; nothing else reads the time of day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

_AFTER = timedelta(seconds=1)
"""How long after an event it is past."""


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

    def received(self, newest: datetime) -> datetime:
        """When events of which the newest happened then have come in: the moment up to which what is known of them is computed."""
        ...

    def follow(self, present: datetime) -> None:
        """Another process's clock of this kind has come to that moment: the present is not before it."""
        ...


@dataclass(slots=True)
class WallClock:
    """The machine's own time."""

    kind: ClockKind = field(default=ClockKind.NOW, init=False)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def received(self, newest: datetime) -> datetime:  # noqa: ARG002 (the port's signature)
        return self.now()

    def follow(self, present: datetime) -> None:
        pass


@dataclass(slots=True)
class RequestClock:
    """A request may name its moment, and events are known as they happen; the machine's own time stands where none is named."""

    kind: ClockKind = field(default=ClockKind.REQUEST, init=False)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def received(self, newest: datetime) -> datetime:
        return newest + _AFTER

    def follow(self, present: datetime) -> None:
        pass


@dataclass(slots=True)
class DataClock:
    """Stands one second after the newest event, so that this event is already past.

    It moves only when events are received; for late ones by a tick, so that they come after what was decided before them.
    """

    newest: datetime
    kind: ClockKind = field(default=ClockKind.DATA, init=False)

    def now(self) -> datetime:
        return self.newest + _AFTER

    def received(self, newest: datetime) -> datetime:
        self.newest = max(self.newest + timedelta(microseconds=1), newest)
        return self.now()

    def follow(self, present: datetime) -> None:
        self.newest = max(self.newest, present - _AFTER)


def open_clock(kind: ClockKind, newest_event: Callable[[], datetime | None]) -> Clock:
    """The clock for `--clock KIND`. `newest_event` is asked only by the data clock; with no event at all it is the wall clock's time."""
    if kind is ClockKind.DATA:
        return DataClock(newest_event() or WallClock().now())
    return RequestClock() if kind is ClockKind.REQUEST else WallClock()
