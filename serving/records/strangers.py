"""Callers known by an identity nobody owns yet, and identities that led to somebody else: marks under the keyed hash, never the number itself.

A stranger is served under a name of their own, made from the hash, so that one number is one history. Once somebody owns the identity, what was
decided and answered under that name is theirs: the columns that say whose it is are moved, the answers stay as they were given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, select, update

from serving.records.lines import Keep, Line
from serving.records.scope import of_tenant, tenant_given
from serving.records.store import HotRead, Store
from serving.records.tables import DECISIONS, INTERACTIONS, MARKS, OUTBOX, OUTCOMES
from serving.records.writer import Work, perform

UNKNOWN, JOINED, WRONG = "unknown:", "joined:", "wrong_number:"
_AFTER = chr(ord(":") + 1)


def stranger(hashed: str) -> str:
    """The name under which an identity without an owner is served."""
    return f"unknown-{hashed[:32]}"


def unknown_line(tenant: str, hashed: str, at: datetime) -> Line:
    return Line(MARKS, {"tenant": tenant, "name": UNKNOWN + hashed, "at": at}, Keep.FIRST)


def wrong_line(tenant: str, hashed: str, at: datetime) -> Line:
    """The identity led to somebody else at `at`."""
    return Line(MARKS, {"tenant": tenant, "name": WRONG + hashed, "at": at}, Keep.LAST)


@dataclass(slots=True)
class WrongNumbers:
    """Raises RecordError when the store cannot be read."""

    store: Store
    _read: HotRead = field(init=False)

    def __post_init__(self) -> None:
        self._read = self.store.hot(select(MARKS.c.at).where(tenant_given(MARKS), MARKS.c.name == bindparam("name")))

    def last(self, tenant: str, hashed: str) -> int | None:
        """When this identity last led to somebody else, in microseconds since 1970; None when it never did."""
        rows = self._read(tenant=tenant, name=WRONG + hashed)
        return int(rows[0][0]) if rows else None


def unknown_identities(store: Store, tenant: str) -> dict[str, datetime]:
    """The hashes of the identities that were asked for and had no owner, and since when."""
    mine = (of_tenant(MARKS, tenant), MARKS.c.name >= UNKNOWN, MARKS.c.name < UNKNOWN[:-1] + _AFTER)
    return {row.name.removeprefix(UNKNOWN): row.at for row in store.rows(select(MARKS).where(*mine))}


def join(store: Store, tenant: str, owners: Mapping[str, str], now: datetime) -> int:
    """Give what was decided for strangers to those who own their identities; owners: hash -> customer_id. Returns how many were joined."""
    with store.transaction() as connection:
        for hashed, customer_id in owners.items():
            _move(connection, tenant, stranger(hashed), customer_id, now)
            joined = Line(MARKS, {"tenant": tenant, "name": f"{JOINED}{hashed}:{customer_id}", "at": now}, Keep.LAST)
            perform(connection, [Work([joined])])
            connection.execute(delete(MARKS).where(of_tenant(MARKS, tenant), MARKS.c.name == UNKNOWN + hashed))
    return len(owners)


def join_talk(tenant: str, interaction_id: str, name: str, customer_id: str, now: datetime) -> Callable[[Connection], None]:
    """A step that gives one talk to the customer its agent has found out: what was decided in it under the stranger's name."""

    def step(connection: Connection) -> None:
        _move(connection, tenant, name, customer_id, now, interaction_id)

    return step


def _move(connection: Connection, tenant: str, name: str, customer_id: str, now: datetime, interaction_id: str | None = None) -> None:
    """Move the rows, and send decisions and ended talks to the lake again, where the later version of a row counts."""

    def theirs(table: Table) -> list[ColumnElement[bool]]:
        talk = [] if interaction_id is None else [table.c.interaction_id == interaction_id]
        return [of_tenant(table, tenant), table.c.customer_id == name, *talk]

    decisions = connection.execute(select(DECISIONS.c.decision_id, DECISIONS.c.interaction_id).where(*theirs(DECISIONS))).all()
    talks = sorted({row.interaction_id for row in decisions})
    of_talks = (of_tenant(INTERACTIONS, tenant), INTERACTIONS.c.interaction_id.in_(talks))
    ended = connection.execute(select(INTERACTIONS.c.interaction_id).where(*of_talks, INTERACTIONS.c.ended_at.is_not(None))).all()
    for table in (DECISIONS, OUTCOMES):
        connection.execute(update(table).where(*theirs(table)).values(customer_id=customer_id))
    connection.execute(update(INTERACTIONS).where(*of_talks, INTERACTIONS.c.customer_id == name).values(customer_id=customer_id))
    again = [("decision", row.decision_id) for row in decisions] + [("ended", row.interaction_id) for row in ended]
    if again:
        lines = [{"tenant": tenant, "kind": kind, "subject": subject, "known_at": now} for kind, subject in again]
        connection.execute(OUTBOX.insert(), lines)
