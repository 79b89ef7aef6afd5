"""What became of proposals, counted from the records: by action, by channel, by style; and by group of the experiment."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, func, select

from features.events.tables import WRONG_NUMBER
from serving.decision.assignment import CONTROL
from serving.decision.lift import Share
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import DECISIONS, EPOCH, OUTCOMES
from training.labels import DEFAULT_WINDOW, OutcomeEvent, label

_D, _O = DECISIONS.c, OUTCOMES.c
YES = frozenset({"accepted", "converted"})
_TICK = timedelta(microseconds=1)


@dataclass(slots=True)
class Fate:
    """All that became of one action of one decision. style, script_id and trial (wording, arm) are read where scripts are. value: money reported with it, None when none was said."""

    action_id: str
    channel: str
    style: str | None
    group: str
    unit: str
    customer_id: str
    script_id: str | None = None
    trial: tuple[str, str] | None = None
    history: list[OutcomeEvent] = field(default_factory=list)
    value: float | None = None

    @property
    def outcomes(self) -> set[str]:
        return {event.outcome for event in self.history}

    @property
    def accepted(self) -> bool:
        """A yes as training means it, by all that was reported."""
        heard = max((max(event.occurred_at, event.known_at) for event in self.history), default=EPOCH)
        return label(self.history, DEFAULT_WINDOW, heard + _TICK).value == 1


@dataclass(frozen=True, slots=True)
class Period:
    """Decisions made in [since, until)."""

    since: datetime
    until: datetime

    def holds(self, tenant: str) -> tuple[ColumnElement[bool], ...]:
        return of_tenant(DECISIONS, tenant), _D.decided_at >= self.since, _D.decided_at < self.until


def fates(store: Store, tenant: str, period: Period, *, scripts: bool) -> Iterator[Fate]:
    """One per action of a decision of which anything was reported: any outcome says that it was presented; decisions told to somebody else at a wrong number are left out. scripts: read from the answers how it was said."""
    wanted: list[Any] = [
        _O.decision_id,
        _O.action_id,
        _O.outcome,
        _O.value,
        _O.occurred_at,
        _O.recorded_at,
        _O.reason,
        _D.channel,
        _D.assignment,
        _D.unit,
        _D.customer_id,
        *([_D.answer] if scripts else []),
    ]
    joined = OUTCOMES.join(DECISIONS, _O.decision_id == _D.decision_id)
    chosen = select(*wanted).select_from(joined).where(of_tenant(OUTCOMES, tenant), *period.holds(tenant))
    found: dict[tuple[str, str], Fate] = {}
    wrong: set[str] = set()
    for row in store.rows(chosen):
        key = (row.decision_id, row.action_id)
        fate = found.get(key)
        if fate is None:
            style, script_id, trial = _said(row.answer, row.action_id) if scripts else (None, None, None)
            fate = found[key] = Fate(row.action_id, row.channel, style, row.assignment, row.unit, row.customer_id, script_id, trial)
        fate.history.append(OutcomeEvent(row.outcome, row.occurred_at, row.recorded_at))
        if row.reason == WRONG_NUMBER:
            wrong.add(row.decision_id)
        if row.value is not None and row.outcome in YES:
            fate.value = max(fate.value or 0.0, row.value)
    yield from (fate for (decision_id, _), fate in found.items() if decision_id not in wrong)


def _said(answer: str, action_id: str) -> tuple[str | None, str | None, tuple[str, str] | None]:
    """The style in which it was said, the script, and the trial (wording, arm) the customer took part in."""
    script = next((card["script"] for card in orjson.loads(answer)["actions"] if card["action_id"] == action_id), None)
    if script is None:
        return None, None, None
    trial = script.get("trial")
    return script["style"], script["script_id"], (trial["script_id"], trial["arm"]) if trial else None


def shares(store: Store, tenant: str, period: Period, told: list[Fate]) -> tuple[Share, Share]:
    """(test, control): of the units (customer, month) with a decision, those that said yes to anything."""
    counted = select(_D.assignment, func.count(func.distinct(_D.unit)).label("units")).where(*period.holds(tenant)).group_by(_D.assignment)
    units: dict[bool, int] = defaultdict(int)
    for row in store.rows(counted):
        units[row.assignment == CONTROL] += row.units
    yes: dict[bool, set[str]] = defaultdict(set)
    for fate in told:
        if fate.accepted:
            yes[fate.group == CONTROL].add(fate.unit)
    return Share(len(yes[False]), units[False]), Share(len(yes[True]), units[True])
