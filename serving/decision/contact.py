"""Contact policies: limits and cool-offs over everything that was shown or answered, on every channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from features.customer import HistoryEvent
from playbooks.schema.policy import ContactPolicy
from playbooks.schema.words import ActionClass
from serving.decision.catalogue import Catalogue, Notice, Standing, positions
from serving.decision.past import Past, Touch
from serving.decision.record import Withheld
from serving.decision.wording import LATER

PRESENTED = "presented"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """A set of actions that is off until a time."""

    bits: int
    until: datetime
    notice: Notice


@lru_cache(maxsize=64)
def _keeps_its_offset(zone: ZoneInfo) -> bool:
    """Whether the zone's clocks never change in the years a history may span; then a day is 24 hours and no calendar is needed."""
    months = [datetime(year, month, 1, tzinfo=UTC) for year in range(1995, 2061) for month in range(1, 13)]
    return len({month.astimezone(zone).utcoffset() for month in months}) == 1


def shifted(moment: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
    """`span` after a moment, in UTC. Whole days are days of the zone's calendar (the same time of day), anything else is elapsed time."""
    if span % DAY or _keeps_its_offset(zone):
        return moment + span
    local = moment.astimezone(zone).replace(tzinfo=None) + span
    return local.replace(tzinfo=zone).astimezone(UTC)


def filled_at(times: Sequence[datetime], count: int, window: timedelta, zone: ZoneInfo) -> datetime | None:
    """The latest time at which `count` events lay within one sliding window; times ascending. None when there was no such time.

    The window is open at its start: events exactly `window` apart are not within it.
    """
    for last in range(len(times) - 1, count - 2, -1):
        if count == 1 or times[last] < shifted(times[last - count + 1], window, zone):
            return times[last]
    return None


News = tuple[int, Touch, HistoryEvent]
"""An outcome that may be counted: slot of the action, its touch, the event."""


def by_outcome(touches: Iterable[Touch], slots: Mapping[str, int]) -> dict[str, list[News]]:
    """The news by outcome. That something was presented follows from anything that became of it."""
    presented: list[News] = []
    news = {PRESENTED: presented}
    for touch in touches:
        slot = slots.get(touch.first.action_id)
        if slot is None:
            continue
        presented.append((slot, touch, touch.first))
        for outcome, event in touch.outcomes.items():
            if outcome != PRESENTED:
                news.setdefault(outcome, []).append((slot, touch, event))
    return news


class Limit:
    """One contact policy over one book.

    What the target covers is counted; what stands at the policy's level beside it (the action, its group, its kind) is paused.
    """

    __slots__ = ("_answers", "_counted", "_horizon", "_notice", "_peers", "_policy", "_zone")

    def __init__(self, policy: ContactPolicy, catalogue: Catalogue, zone: ZoneInfo, promotional: int) -> None:
        self._policy = policy
        self._zone = zone
        self._counted = catalogue.covered(policy.target) & promotional
        self._peers = tuple(peers & promotional for peers in catalogue.peers(policy.level))
        self._answers = policy.outcomes - {PRESENTED}
        self._horizon = policy.window + policy.pause + 2 * DAY
        self._notice = Notice(catalogue, "contact", policy.policy_id, policy.reason)

    def pauses(self, news: Mapping[str, Sequence[News]], channel: str, at: datetime) -> list[Pause]:
        """What this policy keeps off at `at` on `channel`, and until when.

        Answers count once per action of a decision, impressions once per decision.
        """
        counted: dict[int, dict[str, datetime]] = {}
        oldest, one_channel, covered = at - self._horizon, self._policy.one_channel, self._counted
        for outcome in self._policy.outcomes:
            impression = outcome == PRESENTED
            for slot, touch, event in news.get(outcome, ()):
                happened_at = event.occurred_at
                if happened_at <= oldest or not covered >> slot & 1 or (one_channel and event.channel != channel):
                    continue
                if impression and not self._answers.isdisjoint(touch.outcomes):
                    continue
                key = event.decision_id if impression else f"{event.decision_id}/{event.action_id}"
                entity = counted.setdefault(self._peers[slot], {})
                if key not in entity or happened_at < entity[key]:
                    entity[key] = happened_at
        full = [(bits, sorted(events.values())) for bits, events in counted.items() if len(events) >= self._policy.count]
        return [pause for bits, times in full if (pause := self._pause(bits, times, at)) is not None]

    def _pause(self, bits: int, times: list[datetime], at: datetime) -> Pause | None:
        policy = self._policy
        filled = filled_at(times, policy.count, policy.window, self._zone)
        if filled is None:
            return None
        until = shifted(filled, policy.pause, self._zone)
        return Pause(bits, until, self._notice) if until > at else None


class Contact:
    """All contact policies of a book, and the customer's own 'later'. Transactional and mandatory actions are free of limits."""

    __slots__ = ("_catalogue", "_later", "_limits", "_not_mandatory")

    def __init__(self, policies: Sequence[ContactPolicy], catalogue: Catalogue, timezone: str) -> None:
        promotional = catalogue.where(lambda action: action.action_class is ActionClass.PROMOTIONAL)
        zone = ZoneInfo(timezone)
        self._catalogue = catalogue
        self._limits = [Limit(policy, catalogue, zone, promotional) for policy in policies]
        self._not_mandatory = catalogue.where(lambda action: action.action_class is not ActionClass.MANDATORY)
        self._later = Notice(catalogue, "contact", "later", LATER)

    def apply(self, standing: Standing, past: Past, channel: str, at: datetime, language: str) -> None:
        """Take out what is paused; of several pauses the one that ends last is told, since before it the action cannot come back."""
        pauses = self._asked_later(past, at)
        if past.touches:
            news = by_outcome(past.touches, self._catalogue.slots)
            for limit in self._limits:
                pauses += limit.pauses(news, channel, at)
        for pause in sorted(pauses, key=lambda pause: pause.until, reverse=True):
            falling = pause.bits & standing.alive
            standing.alive ^= falling
            templates = pause.notice.in_language(language)
            standing.withheld.extend(_ending(templates[slot], pause.until) for slot in positions(falling))

    def _asked_later(self, past: Past, at: datetime) -> list[Pause]:
        slots = self._catalogue.slots
        waiting = [(slots[action_id], until) for action_id, until in past.later.items() if until > at and action_id in slots]
        return [Pause(1 << slot & self._not_mandatory, until, self._later) for slot, until in waiting]


def _ending(template: Withheld, until: datetime) -> Withheld:
    return Withheld(template.action_id, template.stage, template.policy_id, template.reason, until)
