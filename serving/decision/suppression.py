"""What is off for a customer now, why and until when: the same rules a decision asks, asked of every channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from features.customer import HistoryEvent
from serving.decision.book import CompiledBook
from serving.decision.catalogue import Standing
from serving.decision.gates import Permission
from serving.decision.past import digest

NO_INTERACTION = ""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An action that is off on these channels. until None: for good, or until the customer says otherwise."""

    action_id: str
    policy_id: str
    reason: str
    until: datetime | None
    channels: tuple[str, ...]


def suppressions(
    book: CompiledBook, events: Sequence[HistoryEvent], allows: Permission, at: datetime, language: str
) -> tuple[Suppressed, ...]:
    """In the book's order of actions. Outside of any talk, so what only one talk decides is not among them."""
    past = digest(events, NO_INTERACTION, at)
    found: dict[tuple[str, str, str, datetime | None], list[str]] = {}
    for channel in book.playbook.channels:
        standing = Standing(book.catalogue.everything)
        book.gates.consent(standing, allows, past, language)
        book.contact.apply(standing, past, channel, at, language)
        for fall in standing.withheld:
            found.setdefault((fall.action_id, fall.policy_id, fall.reason, fall.until), []).append(channel)
    slots = book.catalogue.slots
    ordered = sorted(found.items(), key=lambda item: slots[item[0][0]])
    return tuple(Suppressed(*what, tuple(channels)) for what, channels in ordered)
