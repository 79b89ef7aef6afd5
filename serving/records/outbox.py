"""The loop closes downwards: what was recorded becomes rows of the event tables, and the customers are refreshed online."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Row, delete, func, select

from features.clock import Clock
from features.home import Home
from features.push import push_tables
from serving.records.decisions import KeptDecision, find_decisions
from serving.records.interactions import find_interaction
from serving.records.keys import DEFAULT_TENANT
from serving.records.proposals import Unseen, proposal_rows
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import OUTBOX, OUTCOMES

BATCH = 2_000
DECISION = "decision"
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How many outbox lines went down, and how many rows of each table they became."""

    lines: int
    rows: dict[str, int]


def deliver(store: Store, home: Home, clock: Clock, tenant: str = DEFAULT_TENANT, unseen: Unseen | None = None) -> Delivery:
    """Bring the oldest waiting records of a tenant to the lake and the online store of its home, then strike them off.

    A crash in between delivers them again; the lake knows events by their keys, so each counts once. unseen: a challenger's word, which goes along.
    """
    waiting = _oldest(store, tenant)
    tables: dict[str, Rows] = {"proposals": [], "outcomes": [], "contacts": []}
    tables["proposals"] = proposal_rows(list(_decided(store, waiting)), unseen or {})
    for line in waiting:
        if line.kind != DECISION:
            table, rows = _KINDS[line.kind](store, line.tenant, line.subject)
            tables[table].extend(rows)
    if waiting:
        push_tables(home, tables, clock)
        with store.transaction() as connection:
            connection.execute(delete(OUTBOX).where(OUTBOX.c.seq.in_([line.seq for line in waiting])))
    return Delivery(len(waiting), {table: len(rows) for table, rows in tables.items() if rows})


def waiting_decisions(store: Store, tenant: str, wanted: Callable[[str], bool]) -> list[KeptDecision]:
    """Of the decisions the next delivery takes along those whose ids are wanted."""
    ids = {line.subject for line in _oldest(store, tenant) if line.kind == DECISION}
    return list(find_decisions(store, tenant, set(filter(wanted, ids))).values())


def news_waits(store: Store, tenant: str) -> bool:
    """Whether more than decisions waits: an outcome or an ended talk, which nobody knows of before it is delivered."""
    return store.first(select(OUTBOX.c.seq).where(of_tenant(OUTBOX, tenant), OUTBOX.c.kind != DECISION).limit(1)) is not None


def waiting_lines(store: Store) -> int:
    """How many records have not come to the lake yet."""
    return int(store.rows(select(func.count()).select_from(OUTBOX))[0][0])


def _oldest(store: Store, tenant: str) -> Sequence[Row[Any]]:
    """The lines of the next delivery."""
    return store.rows(select(OUTBOX).where(of_tenant(OUTBOX, tenant)).order_by(OUTBOX.c.seq).limit(BATCH))


def _decided(store: Store, waiting: Sequence[Row[Any]]) -> Iterator[KeptDecision]:
    """The decisions among the waiting lines, read at once: one by one they would take the store from those who decide."""
    for tenant in sorted({line.tenant for line in waiting}):
        wanted = {line.subject for line in waiting if line.tenant == tenant and line.kind == DECISION}
        yield from find_decisions(store, tenant, wanted).values()


def _outcome(store: Store, tenant: str, subject: str) -> tuple[str, Rows]:
    """Also 'wrong number', so that features and labels leave that decision out."""
    decision_id, action_id, outcome = orjson.loads(subject)
    found = store.rows(
        select(OUTCOMES).where(
            of_tenant(OUTCOMES, tenant),
            OUTCOMES.c.decision_id == decision_id,
            OUTCOMES.c.action_id == action_id,
            OUTCOMES.c.outcome == outcome,
        )
    )
    return "outcomes", [_outcome_row(row) for row in found]


def _outcome_row(row: Row[Any]) -> dict[str, Any]:
    told = {"decision_id": row.decision_id, "action_id": row.action_id, "outcome": row.outcome, "occurred_at": row.occurred_at}
    attributes = {"until": row.until.isoformat()} if row.until else {}
    return told | {"reason": row.reason, "value": row.value, "attributes": attributes}


def _ended(store: Store, tenant: str, subject: str) -> tuple[str, Rows]:
    """The talk as it ended, as a contact of the customer; a tip goes along as a further column."""
    row = find_interaction(store, tenant, subject)
    talk, ending = orjson.loads(row.opening), orjson.loads(row.ending)
    scene, tip = talk["scene"], ending["tip"]
    told = {
        "interaction_id": row.interaction_id,
        "customer_id": row.customer_id,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "channel": row.channel,
        "direction": row.direction,
        "contact_reason": scene["contact_reason"],
        "agent_id": talk["agent"]["agent_id"],
        "wait_seconds": talk["contact"]["wait_seconds"],
        "transfers": talk["contact"]["transfers"],
        "resolved": scene["resolved"] if ending["resolved"] is None else ending["resolved"],
        "csat": ending["csat"],
        "nps": ending["nps"],
        "complaint": scene["complaint"],
        "sentiment": scene["sentiment"],
        "attributes": {} if tip is None else {"tip": tip},
    }
    return "contacts", [told]


_KINDS: dict[str, Callable[[Store, str, str], tuple[str, Rows]]] = {"outcome": _outcome, "ended": _ended}
