"""Whom a list could be about: the customers, the times, the talks that could be held, before anything is decided."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from playbooks.schema.playbook import Playbook
from serving.decision.moment import Agent, Moment
from training.reach import PARTS, Reach

_HOURS = {"morning": 10, "afternoon": 15, "evening": 19}
_STAMP = len("dec_") + 12
"""Of an id: its kind and its time."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a day, in the tenant's zone. starts is aware."""

    day: int
    part: str
    starts: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """kinds: wanted kinds of action, empty is all. least_reach: attempts less likely to reach somebody are useless. Minutes of a talk, and of an attempt in vain."""

    channels: tuple[str, ...]
    kinds: frozenset[str]
    least_reach: float
    talk_minutes: float
    vain_minutes: float = 1.0


def slots_after(at: datetime, days: int) -> list[Slot]:
    """The next `days` x 3 parts of days that have not begun at `at` (aware, in the tenant's zone)."""
    slots = []
    for day in range(days + 1):
        for part in PARTS:
            starts = (at + timedelta(days=day)).replace(hour=_HOURS[part], minute=0, second=0, microsecond=0)
            if starts > at:
                slots.append(Slot(day, part, starts))
    return slots[: days * len(PARTS)]


@dataclass(frozen=True, slots=True)
class Canvass:
    """Whom to decide for, and how. slots: when they could be contacted; run: an id that the decisions' ids follow from."""

    playbook: Playbook
    reach: Reach
    terms: Terms
    slots: Sequence[Slot]
    tenant: str
    run: str

    def part(self, first: int, count: int) -> "Canvass":
        """The same of `count` customers from place `first` on."""
        some = slice(first, first + count)
        return replace(self, reach=replace(self.reach, customers=self.reach.customers[some], probability=self.reach.probability[some]))


def decision_id(run: str, moment: Moment) -> str:
    """The id of the decision for this moment in this run: the same wherever it is made, and no other's."""
    return run[:_STAMP] + hashlib.blake2b(moment.interaction_id.encode(), key=run.encode(), digest_size=10).hexdigest()


def likely_times(canvass: Canvass, place: int) -> dict[str, dict[Slot, float]]:
    """The channels and times at which this customer is likely enough to be reached."""
    reach, likely = canvass.reach, {}
    for column, channel in enumerate(reach.channels):
        chances = {slot: float(reach.probability[place, column, PARTS.index(slot.part)]) for slot in canvass.slots}
        enough = {slot: chance for slot, chance in chances.items() if chance >= canvass.terms.least_reach}
        if enough:
            likely[channel] = enough
    return likely


def moment_of(canvass: Canvass, place: int, channel: str) -> Moment:
    """An outbound talk that has not begun: no scene, an agent with every certificate, words in the playbook's first language."""
    customer_id, starts = canvass.reach.customers[place], canvass.slots[0].starts
    return Moment(
        tenant=canvass.tenant,
        interaction_id=f"outbound-{starts:%Y%m%d%H}-{channel}-{customer_id}",
        customer_id=customer_id,
        channel=channel,
        direction="outbound",
        at=starts,
        language=canvass.playbook.languages[0],
        limit=10,
        agent=Agent(certificates=canvass.playbook.certificates),
    )
