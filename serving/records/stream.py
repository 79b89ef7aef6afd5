"""What an interaction's listeners are told, in the order it was written: decisions, alerts, the end."""

from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select

from serving.records.scope import of_tenant, tenant_given
from serving.records.store import HotRead, Store
from serving.records.tables import DECISIONS, STREAM

_S = STREAM.c
OVERLAP = 256
"""Two writers of one PostgreSQL may commit their numbers in the other order; so many back are looked at again."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event of an interaction. number: ascending over all; event: decision, alert or ended; body: JSON."""

    number: int
    event: str
    body: str


@dataclass(slots=True)
class Stream:
    """Raises RecordError when the store cannot be read."""

    store: Store
    _of_interaction: HotRead = field(init=False)
    _answer: HotRead = field(init=False)
    _newer: HotRead = field(init=False)

    def __post_init__(self) -> None:
        mine = (tenant_given(STREAM), _S.interaction_id == bindparam("interaction"), _S.seq > bindparam("after"))
        self._of_interaction = self.store.hot(select(_S.seq, _S.event, _S.decision_id, _S.body).where(*mine).order_by(_S.seq))
        this = (tenant_given(DECISIONS), DECISIONS.c.decision_id == bindparam("decision"))
        self._answer = self.store.hot(select(DECISIONS.c.answer).where(*this))
        self._newer = self.store.hot(select(_S.seq, _S.tenant, _S.interaction_id).where(_S.seq > bindparam("after")).order_by(_S.seq))

    def after(self, tenant: str, interaction_id: str, number: int) -> list[Told]:
        """What was told in this interaction after that number."""
        rows = self._of_interaction(tenant=tenant, interaction=interaction_id, after=number)
        return [Told(seq, event, body if body is not None else self._decision(tenant, decision)) for seq, event, decision, body in rows]

    def _decision(self, tenant: str, decision_id: str) -> str:
        rows = self._answer(tenant=tenant, decision=decision_id)
        answer: str = rows[0][0] if rows else "{}"
        return answer

    def newest(self) -> int:
        """The last number written, of whatever interaction; 0 when there is none."""
        found = self.store.first(select(func.max(_S.seq)))
        return int(found[0]) if found is not None and found[0] is not None else 0

    def spoken_in(self, after: int) -> list[tuple[int, tuple[str, str]]]:
        """(number, (tenant, interaction)) of everything newer: whom to wake, and nothing of what was said."""
        return [(seq, (tenant, interaction)) for seq, tenant, interaction in self._newer(after=after)]

    def has_ended(self, tenant: str, interaction_id: str, number: int) -> bool:
        """Whether the interaction's end was told at or before that number."""
        mine = (of_tenant(STREAM, tenant), _S.interaction_id == interaction_id, _S.event == "ended", _S.seq <= number)
        return self.store.first(select(_S.seq).where(*mine)) is not None
