"""What is old goes: whole talks with their decisions, once they are in the lake. What a customer asked for good, stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, Table, delete, exists, or_, select

from serving.decision.past import NEVER_AGAIN
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import DECISIONS, FEEDBACK, INTERACTIONS, OUTBOX, OUTCOMES, SIGNALS, STREAM

_SOME = 500
FOR_GOOD = "opted_out"


def forget_older(store: Store, tenant: str, before: datetime, now: datetime) -> dict[str, int]:
    """Delete the talks whose last decision was made before `before`; returns how many rows went, by table. A few hundred talks a transaction.

    Kept: talks of which something has not come to the lake yet; and of the others the opt-outs, 'never again', and 'later' until its time.
    """
    gone: dict[str, int] = {}
    waiting = _waiting(store, tenant)
    talks = _old_talks(store, tenant, before)
    for start in range(0, len(talks), _SOME):
        some = talks[start : start + _SOME]
        decided = store.rows(_decided_in(tenant, some))
        busy = {row.interaction_id for row in decided if row.decision_id in waiting} | (waiting & set(some))
        free = [talk for talk in some if talk not in busy]
        decisions = [row.decision_id for row in decided if row.interaction_id not in busy]
        with store.transaction() as connection:
            for table, rows in _forget(connection, tenant, free, decisions, now).items():
                gone[table] = gone.get(table, 0) + rows
    return {table: rows for table, rows in gone.items() if rows}


def _old_talks(store: Store, tenant: str, before: datetime) -> list[str]:
    later = exists().where(
        of_tenant(DECISIONS, tenant), DECISIONS.c.interaction_id == INTERACTIONS.c.interaction_id, DECISIONS.c.decided_at >= before
    )
    old = select(INTERACTIONS.c.interaction_id).where(of_tenant(INTERACTIONS, tenant), INTERACTIONS.c.started_at < before, ~later)
    return [row.interaction_id for row in store.rows(old.order_by(INTERACTIONS.c.interaction_id))]


def _waiting(store: Store, tenant: str) -> set[str]:
    """The decisions and talks of which something is still to be told to the lake."""
    lines = store.rows(select(OUTBOX.c.kind, OUTBOX.c.subject).where(of_tenant(OUTBOX, tenant)))
    return {orjson.loads(line.subject)[0] if line.kind == "outcome" else line.subject for line in lines}


def _decided_in(tenant: str, talks: Sequence[str]) -> Select[Any]:
    return select(DECISIONS.c.decision_id, DECISIONS.c.interaction_id).where(
        of_tenant(DECISIONS, tenant), DECISIONS.c.interaction_id.in_(talks)
    )


def _forget(connection: Connection, tenant: str, talks: Sequence[str], decisions: Sequence[str], now: datetime) -> dict[str, int]:
    passing = (OUTCOMES.c.outcome != FOR_GOOD, _is_not(NEVER_AGAIN), or_(OUTCOMES.c.until.is_(None), OUTCOMES.c.until <= now))

    def gone(table: Table, *conditions: ColumnElement[bool]) -> int:
        return int(connection.execute(delete(table).where(of_tenant(table, tenant), *conditions)).rowcount)

    return {
        OUTCOMES.name: gone(OUTCOMES, OUTCOMES.c.decision_id.in_(decisions), *passing),
        FEEDBACK.name: gone(FEEDBACK, FEEDBACK.c.decision_id.in_(decisions)),
        **{table.name: gone(table, table.c.interaction_id.in_(talks)) for table in (SIGNALS, STREAM, DECISIONS, INTERACTIONS)},
    }


def _is_not(reason: str) -> ColumnElement[bool]:
    return or_(OUTCOMES.c.reason.is_(None), OUTCOMES.c.reason != reason)
