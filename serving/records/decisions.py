"""Decisions as they are kept: immutable, the answer byte for byte as it was given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, select

from serving.decision.moment import Waiting
from serving.decision.record import Decision, Ranking
from serving.errors import UnknownDecision
from serving.records.lines import Line
from serving.records.scope import of_tenant, of_tenant_by_key
from serving.records.store import Store
from serving.records.tables import DECISIONS, OUTBOX, STREAM
from serving.records.why import ranking_of, schema_lines, why_text
from training.talk import Talk


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """A decision as found in the store. answer, features and why are JSON text."""

    decision_id: str
    interaction_id: str
    customer_id: str
    channel: str
    direction: str
    agent_id: str | None
    decided_at: datetime
    expires_at: datetime
    unit: str
    made_by: str
    wait_seconds: float | None
    transfers: int | None
    assignment: str
    playbook_version: str
    answer: str
    features: str
    why: str

    def shown(self) -> dict[str, Any]:
        """The answer as an object."""
        answer: dict[str, Any] = orjson.loads(self.answer)
        return answer

    def ranked(self) -> Ranking:
        """Everything that reached arbitration."""
        return ranking_of(self.why)

    def talk(self, scene: Mapping[str, Any]) -> Talk:
        """What the model knew of the talk; scene: that of the answer."""
        transfers = None if self.transfers is None else float(self.transfers)
        named = (scene["contact_reason"], scene["need"], scene["sentiment"])
        return Talk(self.decided_at, self.channel, self.direction, *named, self.wait_seconds, transfers)

    def action_ids(self) -> tuple[str, ...]:
        return tuple(action["action_id"] for action in self.shown()["actions"])


_FIELDS = tuple(DECISIONS.c[name] for name in KeptDecision.__dataclass_fields__)


def decision_lines(decision: Decision, answer: bytes, contact: Waiting, made_by: str) -> list[Line]:
    """The decision, its place in the interaction's stream, and its way to the lake."""
    values: dict[str, object] = {
        "decision_id": decision.decision_id,
        "tenant": decision.tenant,
        "interaction_id": decision.interaction_id,
        "customer_id": decision.customer_id,
        "channel": decision.channel,
        "direction": decision.direction,
        "agent_id": decision.agent_id,
        "decided_at": decision.decided_at,
        "expires_at": decision.expires_at,
        "playbook_version": decision.playbook_version,
        "assignment": decision.group,
        "unit": decision.unit,
        "made_by": made_by,
        "wait_seconds": contact.wait_seconds,
        "transfers": contact.transfers,
        "answer": answer.decode(),
        "features": orjson.dumps(decision.features).decode(),
        "why": why_text(decision),
    }
    stream: dict[str, object] = {
        "tenant": decision.tenant,
        "interaction_id": decision.interaction_id,
        "event": "decision",
        "decision_id": decision.decision_id,
        "body": None,
    }
    outbox: dict[str, object] = {
        "tenant": decision.tenant,
        "kind": "decision",
        "subject": decision.decision_id,
        "known_at": decision.decided_at,
    }
    return [Line(DECISIONS, values), Line(STREAM, stream), Line(OUTBOX, outbox), *schema_lines(decision)]


def _kept(row: Row[Any]) -> KeptDecision:
    return KeptDecision(**row._mapping)


def find_decision(store: Store, tenant: str, decision_id: str) -> KeptDecision:
    """Raises UnknownDecision, also for a decision of another tenant."""
    row = store.first(select(*_FIELDS).where(of_tenant(DECISIONS, tenant), DECISIONS.c.decision_id == decision_id))
    if row is None:
        raise UnknownDecision(f"no decision {decision_id!r}; give the decision_id of an answer to POST /v1/decisions")
    return _kept(row)


def find_decisions(store: Store, tenant: str, decision_ids: set[str]) -> dict[str, KeptDecision]:
    """Those of the ids that are there, by id."""
    if not decision_ids:
        return {}
    rows = store.rows(select(*_FIELDS).where(of_tenant_by_key(DECISIONS, tenant), DECISIONS.c.decision_id.in_(sorted(decision_ids))))
    return {row.decision_id: _kept(row) for row in rows}


def decisions_in_order(store: Store, tenant: str, some: int = 1_000) -> Iterator[list[KeptDecision]]:
    """Every decision of the tenant, oldest id first, `some` at a time, so that any number of them fits into memory."""
    after = ""
    while True:
        wanted = (of_tenant(DECISIONS, tenant), DECISIONS.c.decision_id > after)
        rows = store.rows(select(*_FIELDS).where(*wanted).order_by(DECISIONS.c.decision_id).limit(some))
        if not rows:
            return
        yield [_kept(row) for row in rows]
        after = rows[-1].decision_id
