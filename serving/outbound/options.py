"""What could be done with each customer: on which channel, at which time, about what, and what it would bring."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from playbooks.schema.playbook import Playbook
from playbooks.schema.words import Medium
from serving.decision.moment import Moment
from serving.decision.record import Decision, Shown
from serving.outbound.canvass import Canvass, Slot, Terms, decision_id, likely_times, moment_of
from serving.outbound.kept import packed

FALLBACK = "fallback"
CHUNK = 256
"""Customers decided for together: their candidates are scored in one go, and memory holds no more of them at once."""
DecideAll = Callable[[str, Mapping[str, Moment]], Sequence[Decision]]
"""The decisions of a tenant's moments, by the id each decision will have, in their order."""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible contact, small: there are many. reach, propensity in [0, 1]. value: expected money net of costs. cost: of the attempt. minutes: an agent's, on average.

    The card is that of `rank` in the decision.
    """

    customer_id: str
    channel: str
    slot: Slot
    decision_id: str
    rank: int
    action_id: str
    propensity: float
    reach: float
    value: float
    cost: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Found:
    """Of one customer. allowed: contacts there could be; options: those of them a plan may need; decisions: theirs by id, as `packed` makes them."""

    allowed: int
    options: tuple[Option, ...]
    decisions: Mapping[str, bytes]


def options_of(decide: DecideAll, canvass: Canvass) -> Iterator[Found]:
    """Customer by customer, every contact that is allowed, wanted, likely to reach somebody and worth its cost."""
    for first in range(0, len(canvass.reach.customers), CHUNK):
        yield from _of_chunk(decide, canvass.part(first, CHUNK))


def _of_chunk(decide: DecideAll, canvass: Canvass) -> Iterator[Found]:
    playbook, terms, people = canvass.playbook, canvass.terms, range(len(canvass.reach.customers))
    likely = {(place, channel): chances for place in people for channel, chances in likely_times(canvass, place).items()}
    moments = [moment_of(canvass, place, channel) for place, channel in likely]
    decisions = decide(canvass.tenant, {decision_id(canvass.run, moment): moment for moment in moments})
    allowed: dict[int, list[Option]] = {place: [] for place in people}
    made: dict[int, list[Decision]] = {place: [] for place in people}
    for (place, channel), decision in zip(likely, decisions, strict=True):
        made[place].append(decision)
        allowed[place] += _on_channel(decision, playbook, likely[place, channel], terms)
    for place in people:
        yield _found(allowed[place], made[place])


def _found(allowed: Sequence[Option], decisions: Sequence[Decision]) -> Found:
    options = undominated(allowed)
    needed = {option.decision_id for option in options}
    return Found(len(allowed), tuple(options), {one.decision_id: packed(one) for one in decisions if one.decision_id in needed})


def undominated(options: Sequence[Option]) -> list[Option]:
    """One customer's options without those that another makes up for on every count: a plan never gains by them. Of two alike the first stays."""

    def falls(place: int, option: Option) -> bool:
        others = ((earlier, other) for earlier, other in enumerate(options) if earlier != place)
        return any(_no_worse(other, option) and (earlier < place or not _no_worse(option, other)) for earlier, other in others)

    return [option for place, option in enumerate(options) if not falls(place, option)]


def _no_worse(one: Option, other: Option) -> bool:
    """No less value, for no more money and no more of any agent's time."""
    timely = one.minutes == 0.0 or (one.slot == other.slot and one.minutes <= other.minutes)
    return timely and one.value >= other.value and one.cost <= other.cost


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
            found.append(
                Option(
                    decision.customer_id,
                    decision.channel,
                    slot,
                    decision.decision_id,
                    card.rank,
                    card.action_id,
                    card.propensity,
                    reach,
                    worth,
                    channel.cost,
                    minutes,
                )
            )
    return found


def _wanted(decision: Decision, kinds: frozenset[str]) -> Shown | None:
    """The best card that is worth calling somebody for: not the fallback for when nothing is allowed, and of a wanted kind."""
    cards = [card for card in decision.actions if not any(reason.code == FALLBACK for reason in card.reasons)]
    return max((card for card in cards if not kinds or card.kind in kinds), key=lambda card: card.priority, default=None)
