"""The audit trail: who asked what, in which role, over which route, and how it ended."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import SQLAlchemyError

from serving.records.lines import Line
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import AUDIT

MOST_WAITING = 200_000
_A = AUDIT.c
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deed:
    """deed is the method and the route's own path; subject what its places held; status the HTTP status it was answered with."""

    tenant: str
    at: datetime
    principal: str
    role: str
    deed: str
    subject: str
    status: int

    def values(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in ("tenant", "at", "principal", "role", "deed", "subject", "status")}

    def line(self) -> Line:
        return Line(AUDIT, self.values())


@dataclass(slots=True)
class Audit:
    """Deeds that wait to be written together, for those whose own record is on disk already. What cannot be written stays and is tried again."""

    store: Store
    _waiting: deque[Deed] = field(init=False, default_factory=lambda: deque(maxlen=MOST_WAITING))

    def note(self, deed: Deed) -> None:
        self._waiting.append(deed)

    def flush(self) -> int:
        """Write what waits; returns how many."""
        deeds = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if not deeds:
            return 0
        try:
            with self.store.transaction() as connection:
                connection.execute(AUDIT.insert(), [deed.values() for deed in deeds])
        except SQLAlchemyError:
            _log.exception("%d lines of the audit trail could not be written and are tried again", len(deeds))
            self._waiting.extendleft(reversed(deeds))
            return 0
        return len(deeds)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deeds: of one principal, of one route's beginning, of refusals only, within [since, until); before: only lines older than this number."""

    principal: str | None = None
    deed: str | None = None
    refused: bool = False
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def read_audit(store: Store, tenant: str, wanted: Wanted, limit: int) -> Sequence[dict[str, object]]:
    """The newest deeds first, each with its number `seq`."""
    chosen = select(AUDIT).where(of_tenant(AUDIT, tenant), *_conditions(wanted))
    names = ("seq", "at", "principal", "role", "deed", "subject", "status")
    rows = store.rows(chosen.with_only_columns(*(_A[name] for name in names)).order_by(_A.seq.desc()).limit(limit))
    return [dict(zip(names, row, strict=True)) for row in rows]


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.principal is not None:
        yield _A.principal == wanted.principal
    if wanted.deed is not None:
        yield _A.deed.startswith(wanted.deed, autoescape=True)
    if wanted.refused:
        yield _A.status >= 400
    if wanted.since is not None:
        yield _A.at >= wanted.since
    if wanted.until is not None:
        yield _A.at < wanted.until
    if wanted.before is not None:
        yield _A.seq < wanted.before
