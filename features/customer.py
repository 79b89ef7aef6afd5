"""The customer as the decision sees them: one typed read, one float vector, no store behind it in sight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FeatureSchema:
    """The order of the vector: numbers first to last, then texts. Names are unique over all views."""

    numbers: tuple[str, ...]
    texts: tuple[str, ...]

    def number_slots(self) -> Mapping[str, int]:
        return {name: slot for slot, name in enumerate(self.numbers)}

    def text_slots(self) -> Mapping[str, int]:
        return {name: slot for slot, name in enumerate(self.texts)}


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One outcome of one proposal, on whatever channel it happened. Times are UTC and aware.

    `until` is set by 'later' answers: suppressed until then.
    """

    decision_id: str
    action_id: str
    outcome: str
    channel: str
    occurred_at: datetime
    interaction_id: str | None = None
    reason: str | None = None
    until: datetime | None = None


class Before(NamedTuple):
    """What became of one action with one person before a moment, on any channel: shown and declined in 90 days, accepted in 365."""

    presented: float
    declined: float
    accepted: float


NOTHING_BEFORE = Before(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One step of the channel trail: where the customer was lately and what was done there."""

    occurred_at: datetime
    channel: str
    event: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class CustomerFeatures:
    """What is known of one customer at one moment.

    numbers: (len(schema.numbers),) float64, missing is NaN. texts: aligned with schema.texts, missing is None.
    known is False for a customer the store has never seen: every value is then the view's default.
    ids: every customer id of the person, the one they are counted under first; empty where this id is the only one.
    before: by action, what became of it; an action that is not in it was never heard of. A store leaves it empty, the decision works it out.
    """

    customer_id: str
    known: bool
    schema: FeatureSchema
    numbers: NDArray[np.float64]
    texts: tuple[str | None, ...]
    history: tuple[HistoryEvent, ...] = ()
    trail: tuple[TrailEvent, ...] = field(default=())
    ids: tuple[str, ...] = ()
    before: Mapping[str, Before] = field(default_factory=dict)

    @property
    def person_id(self) -> str:
        """The id under which the person is counted and assigned, whatever door they came by."""
        return self.ids[0] if self.ids else self.customer_id

    def number(self, name: str) -> float:
        """NaN when missing. KeyError-like ValueError when the schema has no such number."""
        return float(self.numbers[self.schema.numbers.index(name)])

    def text(self, name: str) -> str | None:
        return self.texts[self.schema.texts.index(name)]


class CustomerReader(Protocol):
    """The hot read."""

    @property
    def schema(self) -> FeatureSchema: ...

    def read(self, customer_id: str, at: datetime) -> CustomerFeatures:
        """The customer at `at`; values whose view's time-to-live has ended are missing. Raises OnlineStoreError when the store cannot be read."""
        ...
