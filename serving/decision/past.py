"""What the contact history means: who was shown what on any channel, what was answered, and what may never be asked again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from features.customer import HistoryEvent
from features.events.tables import WRONG_NUMBER as WRONG_NUMBER

NEVER_AGAIN = "never_again"
YES_OR_NO = frozenset({"accepted", "declined", "converted", "opted_out"})


@dataclass(slots=True)
class Touch:
    """One action of one decision and all that became of it, the earliest event of each outcome.

    Any outcome implies that the action was presented: `first` is the event by which we know of that.
    """

    first: HistoryEvent
    outcomes: dict[str, HistoryEvent]


@dataclass(slots=True)
class Past:
    """The history as the rules need it. answered, accepted: in this interaction; never, later (action -> suppressed until): in any.

    opted_out: the customer wants no marketing at all; never: these actions never again, whatever pause would have ended.
    """

    touches: list[Touch] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    later: dict[str, datetime] = field(default_factory=dict)
    wrong_person: bool = False
    opted_out: bool = False


def merge(*histories: Sequence[HistoryEvent]) -> list[HistoryEvent]:
    """One history from several sources, each (decision, action, outcome) once; of the same news told twice the first source counts."""
    told = [history for history in histories if history]
    if len(told) == 1:
        return list(told[0])
    seen: dict[tuple[str, str, str], HistoryEvent] = {}
    for history in told:
        for event in history:
            seen.setdefault((event.decision_id, event.action_id, event.outcome), event)
    return list(seen.values())


def digest(events: Iterable[HistoryEvent], interaction_id: str, at: datetime) -> Past:
    """What the events up to and including `at` mean for a decision in this interaction. Order does not matter.

    'Wrong number' speaks of the identity: nothing of that decision counts for or against the person.
    """
    happened = [event for event in events if event.occurred_at <= at]
    wrong = {event.decision_id for event in happened if event.reason == WRONG_NUMBER}
    past = Past()
    touches: dict[tuple[str, str], Touch] = {}
    for event in happened:
        here = event.interaction_id is not None and event.interaction_id == interaction_id
        if event.decision_id in wrong:
            past.wrong_person |= here
            continue
        key = (event.decision_id, event.action_id)
        touch = touches.get(key)
        if touch is None:
            touches[key] = Touch(event, {event.outcome: event})
        else:
            _add(touch, event)
        if event.outcome != "presented":
            _answer(past, event, here)
    past.touches = list(touches.values())
    return past


def _add(touch: Touch, event: HistoryEvent) -> None:
    earlier = touch.outcomes.get(event.outcome)
    if earlier is None or event.occurred_at < earlier.occurred_at:
        touch.outcomes[event.outcome] = event
    if event.occurred_at < touch.first.occurred_at:
        touch.first = event


def _answer(past: Past, event: HistoryEvent, here: bool) -> None:
    outcome, action_id = event.outcome, event.action_id
    if outcome == "opted_out" or event.reason == NEVER_AGAIN:
        past.never.add(action_id)
        past.opted_out |= outcome == "opted_out"
    if outcome == "deferred":
        if event.until is not None:
            past.later[action_id] = max(past.later.get(action_id, event.until), event.until)
        elif here:
            past.answered.add(action_id)
    elif here and outcome in YES_OR_NO:
        past.answered.add(action_id)
        if outcome in {"accepted", "converted"}:
            past.accepted.add(action_id)
