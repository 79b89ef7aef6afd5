"""An action: something an agent can propose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from playbooks.schema.incremental import Incremental
from playbooks.schema.script import Script
from playbooks.schema.words import ActionClass, ActionKind, Text


@dataclass(frozen=True, slots=True)
class Action:
    """value and cost in the tenant's currency, per accepted proposal and per proposal made.

    starting_propensity in [0, 1] with evidence_weight in answered proposals (E0), both None when borrowed from the group.
    members: the actions of a fixed bundle. place: file:line. incremental: where it is arbitrated on what the proposal adds, None elsewhere.
    """

    action_id: str
    kind: ActionKind
    group: str
    action_class: ActionClass
    title: Text
    value: float
    cost: float
    valid_from: datetime | None
    valid_until: datetime | None
    certificates: frozenset[str]
    response_window: timedelta
    starting_propensity: float | None
    evidence_weight: float | None
    accept_label: Text
    decline_label: Text
    decline_reasons: tuple[str, ...]
    disclosures: tuple[str, ...]
    excludes: frozenset[str]
    members: tuple[str, ...]
    scripts: tuple[Script, ...]
    place: str
    incremental: Incremental | None = None

    def valid_at(self, at: datetime) -> bool:
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_until is None or at < self.valid_until)
