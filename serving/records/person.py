"""What the records hold of one person: told in one object, or taken out in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, or_, select

from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import DECISIONS, EVENTS, FEEDBACK, IDEMPOTENCY, INTERACTIONS, OUTBOX, OUTCOMES, SIGNALS, STREAM

_SOME = 500


@dataclass(frozen=True, slots=True)
class Traces:
    """The names under which a person stands in the records."""

    tenant: str
    customer_id: str
    decisions: tuple[str, ...]
    interactions: tuple[str, ...]


def traces_of(store: Store, tenant: str, customer_id: str) -> Traces:
    decided = store.rows(_of(DECISIONS, tenant, customer_id, DECISIONS.c.decision_id, DECISIONS.c.interaction_id))
    talked = store.rows(_of(INTERACTIONS, tenant, customer_id, INTERACTIONS.c.interaction_id))
    talks = {row.interaction_id for row in (*decided, *talked)}
    return Traces(tenant, customer_id, tuple(sorted(row.decision_id for row in decided)), tuple(sorted(talks)))


def told(store: Store, traces: Traces) -> dict[str, list[dict[str, object]]]:
    """Everything, as JSON can hold it, by table. The answers to Idempotency-Keys repeat decisions and are left out."""
    return {
        str(table.name): [_plain(row) for condition in _conditions(table, traces) for row in store.rows(select(table).where(condition))]
        for table in (DECISIONS, OUTCOMES, INTERACTIONS, SIGNALS, STREAM, FEEDBACK)
    }


def erase_records(store: Store, traces: Traces) -> dict[str, int]:
    """Returns how many rows went, by table; `Store.truncate_log` clears them from SQLite's log, too. The audit trail stays: who asked, about which path, is kept by law."""
    gone: dict[str, int] = {}
    with store.transaction() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        for table in (OUTCOMES, FEEDBACK, SIGNALS, STREAM, IDEMPOTENCY, EVENTS, INTERACTIONS, DECISIONS):
            counted = sum(connection.execute(delete(table).where(condition)).rowcount for condition in _conditions(table, traces))
            gone |= {table.name: counted} if counted else {}
        _strike_outbox(connection, traces)
    return gone


def _of(table: Table, tenant: str, customer_id: str, *columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).where(of_tenant(table, tenant), table.c.customer_id == customer_id)


def _conditions(table: Table, traces: Traces) -> list[ColumnElement[bool]]:
    """One condition or, where names are listed, one for every few hundred of them."""
    mine = of_tenant(table, traces.tenant)
    if table in (IDEMPOTENCY, EVENTS):
        text = table.c.answer if table is IDEMPOTENCY else table.c.rows
        said = orjson.dumps(traces.customer_id).decode()
        return [mine & or_(*(text.contains(f'"customer_id":{gap}{said}', autoescape=True) for gap in ("", " ")))]
    if table in (SIGNALS, STREAM):
        return [mine & table.c.interaction_id.in_(names) for names in _few(traces.interactions)]
    if table is FEEDBACK:
        return [mine & table.c.decision_id.in_(names) for names in _few(traces.decisions)]
    return [mine & (table.c.customer_id == traces.customer_id)]


def _strike_outbox(connection: Connection, traces: Traces) -> None:
    """What waits for the lake and is the person's, must not arrive there afterwards."""
    names = {*traces.decisions, *traces.interactions}
    waiting = connection.execute(select(OUTBOX.c.seq, OUTBOX.c.kind, OUTBOX.c.subject).where(of_tenant(OUTBOX, traces.tenant))).all()
    mine = [row.seq for row in waiting if (orjson.loads(row.subject)[0] if row.kind == "outcome" else row.subject) in names]
    for seqs in _few(mine):
        connection.execute(delete(OUTBOX).where(OUTBOX.c.seq.in_(seqs)))


def _few(names: Sequence[Any]) -> list[Sequence[Any]]:
    return [names[start : start + _SOME] for start in range(0, len(names), _SOME)]


def _plain(row: Row[Any]) -> dict[str, object]:
    """The row with its JSON texts opened."""
    opened = {"answer", "features", "why", "opening", "ending", "body"}
    # SQLAlchemy's names are a kind of str that JSON's keys may not be.
    return {str(name): orjson.loads(value) if name in opened and isinstance(value, str) else value for name, value in row._mapping.items()}
