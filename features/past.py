"""A customer's history and channel trail as two small rows: what was answered, and where they have been."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

import orjson

from features.customer import HistoryEvent, TrailEvent

HISTORY = "history"
TRAIL = "trail"
PERSON = "person"
HISTORY_DAYS = 400
TRAIL_STEPS = 20
PAST_KEPT = 4096
"""A talk asks for the same customer again and again: this many decoded rows are kept."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


Event = TypeVar("Event", HistoryEvent, TrailEvent)
Past = dict[str, tuple[datetime, list[Event]]]
"""By customer, everyone who was asked for: the moment, and what there is; an empty list where there is nothing (any more)."""


def microseconds(at: datetime) -> int:
    """Since 1970, UTC. Raises ValueError for a naive time."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give one.")
    return (at - _EPOCH) // _TICK


def moment(us: int) -> datetime:
    return _EPOCH + timedelta(0, 0, us)


def history_row(events: Iterable[HistoryEvent]) -> bytes:
    return orjson.dumps([_written(event) for event in events])


def _written(event: HistoryEvent) -> list[str | int | None]:
    until = None if event.until is None else microseconds(event.until)
    told = [event.decision_id, event.action_id, event.outcome, event.channel]
    return [*told, microseconds(event.occurred_at), event.interaction_id, event.reason, until]


@lru_cache(maxsize=PAST_KEPT)
def read_history(row: bytes) -> tuple[HistoryEvent, ...]:
    """Oldest first."""
    if not row:
        return ()
    return tuple(
        [
            HistoryEvent(decision, action, outcome, channel, moment(at), interaction, reason, None if until is None else moment(until))
            for decision, action, outcome, channel, at, interaction, reason, until in orjson.loads(row)
        ]
    )


def person_row(ids: Iterable[str]) -> bytes:
    return orjson.dumps(list(ids))


@lru_cache(maxsize=PAST_KEPT)
def read_person(row: bytes) -> tuple[str, ...]:
    """Empty for a customer who is a person alone."""
    return tuple(orjson.loads(row)) if row else ()


def trail_row(events: Iterable[TrailEvent]) -> bytes:
    return orjson.dumps([[microseconds(e.occurred_at), e.channel, e.event, e.topic] for e in events])


@lru_cache(maxsize=PAST_KEPT)
def read_trail(row: bytes) -> tuple[TrailEvent, ...]:
    """Newest first."""
    if not row:
        return ()
    return tuple([TrailEvent(moment(at), channel, event, topic) for at, channel, event, topic in orjson.loads(row)])
