"""What became of a customer's proposals, as the decision core asks for it: fresh to the last committed outcome."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Table, bindparam, func, select

from features.customer import HistoryEvent
from serving.records.scope import tenant_given
from serving.records.store import HotRead, Store
from serving.records.tables import DECISIONS, OUTCOMES, from_instant

_O = OUTCOMES.c
_COLUMNS = (_O.decision_id, _O.action_id, _O.outcome, _O.channel, _O.occurred_at, _O.interaction_id, _O.reason, _O.until)
_ANSWERS = frozenset({"accepted", "declined", "deferred", "converted", "cancelled", "opted_out"})
_YES_OR_NO = ("accepted", "declined", "converted", "cancelled", "opted_out")


@dataclass(slots=True)
class History:
    """Raises RecordError when the store cannot be read."""

    store: Store
    _of_customer: HotRead = field(init=False)
    _answered: HotRead = field(init=False)

    def __post_init__(self) -> None:
        of_customer = select(*_COLUMNS).where(tenant_given(OUTCOMES), _O.customer_id == bindparam("customer")).order_by(_O.occurred_at)
        self._of_customer = self.store.hot(of_customer)
        in_interaction = (tenant_given(OUTCOMES), _O.interaction_id == bindparam("interaction"))
        self._answered = self.store.hot(select(_O.action_id, _O.outcome).where(*in_interaction))

    def recent(self, tenant: str, customer_id: str) -> tuple[HistoryEvent, ...]:
        """Every outcome of this customer in order of time; an answer without its impression brings the impression along."""
        rows = self._of_customer(tenant=tenant, customer=customer_id)
        if not rows:
            return ()
        events = [_event(row) for row in rows]
        return tuple(sorted(events + _implied(events), key=_when))

    def answered(self, tenant: str, interaction_id: str) -> frozenset[str]:
        """The actions answered with yes or no in this interaction."""
        rows = self._answered(tenant=tenant, interaction=interaction_id)
        return frozenset(action for action, outcome in rows if outcome in _YES_OR_NO)


@dataclass(slots=True)
class LastKept:
    """The newest thing the records know of a customer. Raises RecordError when the store cannot be read."""

    store: Store
    _decided: HotRead = field(init=False)
    _answered: HotRead = field(init=False)

    def __post_init__(self) -> None:
        self._decided = self._newest(DECISIONS, "decided_at")
        self._answered = self._newest(OUTCOMES, "occurred_at")

    def _newest(self, table: Table, column: str) -> HotRead:
        latest = func.max(table.c[column])
        return self.store.hot(select(latest).where(tenant_given(table), table.c.customer_id == bindparam("customer")))

    def of(self, tenant: str, customer_id: str) -> datetime | None:
        """When the last decision was made or the last answer given; None for a customer without any."""
        found = [read(tenant=tenant, customer=customer_id)[0][0] for read in (self._decided, self._answered)]
        return max((from_instant(instant) for instant in found if instant is not None), default=None)


def _when(event: HistoryEvent) -> datetime:
    return event.occurred_at


def _event(row: tuple[str, str, str, str, int, str | None, str | None, int | None]) -> HistoryEvent:
    decision, action, outcome, channel, occurred_at, interaction, reason, until = row
    ends = None if until is None else from_instant(until)
    return HistoryEvent(decision, action, outcome, channel, from_instant(occurred_at), interaction, reason, ends)


def _implied(events: list[HistoryEvent]) -> list[HistoryEvent]:
    shown = {(event.decision_id, event.action_id) for event in events if event.outcome == "presented"}
    implied: dict[tuple[str, str], HistoryEvent] = {}
    for event in events:
        key = (event.decision_id, event.action_id)
        if event.outcome in _ANSWERS and key not in shown and key not in implied:
            implied[key] = HistoryEvent(
                event.decision_id, event.action_id, "presented", event.channel, event.occurred_at, event.interaction_id
            )
    return list(implied.values())
