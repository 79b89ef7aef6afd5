"""From the outcome history of one proposed action to its label: the one place that says what a yes, a no and a 'not yet' are.

Training, replay, reports and the control group all ask here. Events are ordered by when they happened, never by when the news came, so
the label does not depend on the order of the news.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from features.events.tables import OUTCOMES
from training.errors import TrainingError

DEFAULT_WINDOW = timedelta(days=7)
UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class OutcomeEvent:
    """One outcome as it stood in the tables: when it happened and when it was known. Both aware, UTC."""

    outcome: str
    occurred_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Label:
    """value: 1 yes, 0 no, None not yet (or never presented). at: when the deciding thing happened, None while undecided.

    decided_by is the outcome that decided, or 'unanswered' when silence did; None while undecided.
    """

    value: int | None
    at: datetime | None
    decided_by: str | None


NOT_YET = Label(None, None, None)


def label(history: Iterable[OutcomeEvent], window: timedelta, as_of: datetime) -> Label:
    """The label of one proposed action as it could be known at `as_of`; window is the action's response window.

    Only events that happened and were known before `as_of` count. In this order: a cancellation at or after the last yes is a no; a conversion
    is a yes; the later of accepted and declined decides (a tie is a yes); opted_out without an answer is a no; anything else seen means the
    action was presented (an answer implies it), and silence for the whole window since then - or since a 'later' - is a no that a yes takes back.
    Raises TrainingError for a word that is no outcome.
    """
    times = _times(history, as_of)
    if not times:
        return NOT_YET
    accepted, converted, declined = times.get("accepted"), times.get("converted"), times.get("declined")
    cancelled, opted_out = times.get("cancelled"), times.get("opted_out")
    yes = max((moment for moment in (accepted, converted) if moment is not None), default=None)
    if cancelled is not None and (yes is None or cancelled >= yes):
        return Label(0, cancelled, "cancelled")
    if converted is not None:
        return Label(1, converted, "converted")
    if accepted is not None and (declined is None or declined <= accepted):
        return Label(1, accepted, "accepted")
    if declined is not None:
        return Label(0, declined, "declined")
    if opted_out is not None:
        return Label(0, opted_out, "opted_out")
    return _silence(times, window, as_of)


def _times(history: Iterable[OutcomeEvent], as_of: datetime) -> dict[str, datetime]:
    """When each outcome happened: the first showing, and the last of every other word."""
    times: dict[str, datetime] = {}
    for event in history:
        if event.outcome not in OUTCOMES:
            raise TrainingError(f"outcome '{event.outcome}' is unknown; use one of {', '.join(OUTCOMES)}")
        if event.occurred_at >= as_of or event.known_at >= as_of:
            continue
        earlier = times.get(event.outcome)
        if earlier is None:
            times[event.outcome] = event.occurred_at
        else:
            keep = min if event.outcome == "presented" else max
            times[event.outcome] = keep(earlier, event.occurred_at)
    return times


def _silence(times: dict[str, datetime], window: timedelta, as_of: datetime) -> Label:
    ends = max(times.values()) + window
    return Label(0, ends, UNANSWERED) if ends <= as_of else NOT_YET
