"""Logged moments: what was asked in a decision, and the customer as seen then, so that it can be decided again."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from sqlalchemy import func, select

from features.customer import CustomerFeatures, FeatureSchema
from serving.decision.moment import Agent, Moment, Scene, Waiting
from serving.records.decisions import KeptDecision, find_decisions
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import DECISIONS
from serving.records.why import read_why

SOME = 500
LIMIT = 3
"""How many actions an agent's screen shows; the record does not keep what was asked for."""
_PLAIN = ("contact_reason", "need", "need_level", "sentiment", "resolved", "complaint")


@dataclass(frozen=True, slots=True)
class LoggedMoment:
    decision_id: str
    moment: Moment
    seen: CustomerFeatures


def logged_count(store: Store, tenant: str) -> int:
    row = store.first(select(func.count()).select_from(DECISIONS).where(of_tenant(DECISIONS, tenant)))
    return int(row[0]) if row is not None else 0


def last_moments(store: Store, tenant: str, last: int, skip: int = 0) -> Iterator[LoggedMoment]:
    """The newest `last` decisions after the newest `skip`, as they were asked for, newest first. Raises RecordError when the log cannot be read."""
    order = (DECISIONS.c.decided_at.desc(), DECISIONS.c.decision_id)
    newest = select(DECISIONS.c.decision_id).where(of_tenant(DECISIONS, tenant)).order_by(*order).limit(last).offset(skip)
    ids = [row.decision_id for row in store.rows(newest)]
    schemas: dict[str, FeatureSchema] = {}
    for start in range(0, len(ids), SOME):
        some = ids[start : start + SOME]
        found = find_decisions(store, tenant, set(some))
        yield from (_logged(store, tenant, found[decision_id], schemas) for decision_id in some)


def _logged(store: Store, tenant: str, kept: KeptDecision, schemas: dict[str, FeatureSchema]) -> LoggedMoment:
    why, scene, read = read_why(store, tenant, kept.customer_id, kept.why, schemas), kept.shown()["scene"], orjson.loads(kept.features)
    moment = Moment(
        tenant,
        kept.interaction_id,
        kept.customer_id,
        kept.channel,
        kept.direction,
        kept.decided_at,
        why.language,
        LIMIT,
        Scene(**{name: scene[name] for name in _PLAIN}, facts=scene["facts"]),
        Agent(kept.agent_id, why.certificates, read.get("agent.experience")),
        Waiting(kept.wait_seconds, kept.transfers, read.get("contact.estimated_wait_seconds")),
        customer_known=why.seen.known,
    )
    return LoggedMoment(kept.decision_id, moment, why.seen)
