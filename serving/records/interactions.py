"""Interactions as they are kept: opened by the first decision, closed once."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select, update

from serving.decision.record import Decision
from serving.errors import RecordError
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import INTERACTIONS, OUTBOX
from serving.records.writer import Keep, Line, Work


class UnknownInteraction(RecordError):
    """No decision was ever asked for in this interaction."""


def opening_line(decision: Decision, opening: bytes) -> Line:
    """opening: the request that began it, JSON."""
    values = {
        "tenant": decision.tenant,
        "interaction_id": decision.interaction_id,
        "customer_id": decision.customer_id,
        "channel": decision.channel,
        "direction": decision.direction,
        "started_at": decision.decided_at,
        "opening": opening.decode(),
        "signals_seen": 0,
        "decision_id": decision.decision_id,
        "ended_at": None,
        "ending": None,
    }
    return Line(INTERACTIONS, values, Keep.FIRST)


def find_interaction(store: Store, tenant: str, interaction_id: str) -> Row[Any]:
    """Raises UnknownInteraction, also for an interaction of another tenant."""
    row = store.first(select(INTERACTIONS).where(of_tenant(INTERACTIONS, tenant), INTERACTIONS.c.interaction_id == interaction_id))
    if row is None:
        raise UnknownInteraction(f"no interaction {interaction_id!r}; ask for a decision in it first")
    return row


def ending_work(tenant: str, interaction_id: str, ending: dict[str, object], now: datetime) -> Work:
    """Close the interaction and send it to the lake as a contact. Closed again, the last word counts."""

    def close(connection: Connection) -> None:
        wanted = (of_tenant(INTERACTIONS, tenant), INTERACTIONS.c.interaction_id == interaction_id)
        connection.execute(update(INTERACTIONS).where(*wanted).values(ended_at=now, ending=orjson.dumps(ending).decode()))

    outbox = {"tenant": tenant, "kind": "ended", "subject": interaction_id, "known_at": now}
    return Work([Line(OUTBOX, outbox)], [close])
