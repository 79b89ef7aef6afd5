"""What could be done with each customer: on which channel, at which time, about what, and what it would bring."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from playbooks.schema.playbook import Playbook
from playbooks.schema.words import Medium
from serving.decision.moment import Agent, Moment
from serving.decision.record import Decision, Shown
from training.reach import PARTS, Reach

FALLBACK = "fallback"
CHUNK = 256
"""Customers decided for together: their candidates are scored in one go, and memory holds no more of them at once."""
_STAMP = len("dec_") + 12
"""Of an id: its kind and its time."""
DecideAll = Callable[[str, Mapping[str, Moment]], Sequence[Decision]]
"""The decisions of a tenant's moments, by the id each decision will have, in their order."""
_HOURS = {"morning": 10, "afternoon": 15, "evening": 19}


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a day, in the tenant's zone. starts is aware."""

    day: int
    part: str
    starts: datetime


@dataclass(frozen=True, slots=True)
class Option:
    """One possible contact. reach, propensity in [0, 1]. value: expected money net of costs. cost: of the attempt. minutes: an agent's, on average."""

    customer_id: str
    channel: str
    slot: Slot
    card: Shown
    decision: Decision
    reach: float
    value: float
    cost: float
    minutes: float


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


def options_of(
    decide: DecideAll, playbook: Playbook, reach: Reach, terms: Terms, slots: Sequence[Slot], *, tenant: str, run: str
) -> Iterator[list[Option]]:
    """Customer by customer, every contact that is allowed, wanted, likely to reach somebody and worth its cost. run: an id the decisions' ids follow from."""
    for first in range(0, len(reach.customers), CHUNK):
        people = range(first, min(first + CHUNK, len(reach.customers)))
        likely = {(place, channel): chances for place in people for channel, chances in _likely(reach, place, terms, slots).items()}
        asked = {at: _moment(playbook, reach.customers[at[0]], at[1], slots[0], tenant) for at in likely}
        decisions = dict(zip(asked, decide(tenant, {decision_id(run, one): one for one in asked.values()}), strict=True))
        found: dict[int, list[Option]] = {place: [] for place in people}
        for at, decision in decisions.items():
            found[at[0]] += _on_channel(decision, playbook, likely[at], terms)
        yield from found.values()


def decision_id(run: str, moment: Moment) -> str:
    """The id of the decision for this moment in this run: the same wherever it is made, and no other's."""
    return run[:_STAMP] + hashlib.blake2b(moment.interaction_id.encode(), key=run.encode(), digest_size=10).hexdigest()


def _likely(reach: Reach, place: int, terms: Terms, slots: Sequence[Slot]) -> dict[str, dict[Slot, float]]:
    """The channels and times at which this customer is likely enough to be reached."""
    likely = {}
    for column, channel in enumerate(reach.channels):
        chances = {slot: float(reach.probability[place, column, PARTS.index(slot.part)]) for slot in slots}
        enough = {slot: chance for slot, chance in chances.items() if chance >= terms.least_reach}
        if enough:
            likely[channel] = enough
    return likely


def _moment(playbook: Playbook, customer_id: str, channel: str, slot: Slot, tenant: str) -> Moment:
    """An outbound talk that has not begun: no scene, an agent with every certificate, words in the playbook's first language."""
    return Moment(
        tenant=tenant,
        interaction_id=f"outbound-{slot.starts:%Y%m%d%H}-{channel}-{customer_id}",
        customer_id=customer_id,
        channel=channel,
        direction="outbound",
        at=slot.starts,
        language=playbook.languages[0],
        limit=10,
        agent=Agent(certificates=playbook.certificates),
    )


def _on_channel(decision: Decision, playbook: Playbook, likely: Mapping[Slot, float], terms: Terms) -> list[Option]:
    card = _wanted(decision, terms.kinds)
    if card is None:
        return []
    channel = playbook.channels[decision.channel]
    spoken = channel.medium is Medium.VOICE
    found = []
    for slot, reach in likely.items():
        # The channel is paid for the attempt, everything else happens only to those who are reached.
        worth = reach * (card.priority + channel.cost) - channel.cost
        minutes = reach * terms.talk_minutes + (1 - reach) * terms.vain_minutes if spoken else 0.0
        if worth > 0:
            found.append(Option(decision.customer_id, decision.channel, slot, card, decision, reach, worth, channel.cost, minutes))
    return found


def _wanted(decision: Decision, kinds: frozenset[str]) -> Shown | None:
    """The best card that is worth calling somebody for: not the fallback for when nothing is allowed, and of a wanted kind."""
    cards = [card for card in decision.actions if not any(reason.code == FALLBACK for reason in card.reasons)]
    return max((card for card in cards if not kinds or card.kind in kinds), key=lambda card: card.priority, default=None)
