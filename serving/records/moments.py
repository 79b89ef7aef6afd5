"""Logged moments: what was asked in a decision, and the customer as seen then, so that it can be decided again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import JSON, ColumnElement, Row, Text, cast, func, select

from features.customer import CustomerFeatures, FeatureSchema
from serving.decision.moment import Agent, Moment, Scene, Waiting
from serving.records.scope import of_tenant, of_tenant_by_key
from serving.records.store import Store
from serving.records.tables import DECISIONS
from serving.records.why import read_asked

SOME = 500
LIMIT = 3
"""How many actions an agent's screen shows; the record does not keep what was asked for."""
_FIELDS = tuple(
    DECISIONS.c[name]
    for name in (
        "decision_id",
        "interaction_id",
        "customer_id",
        "channel",
        "direction",
        "agent_id",
        "decided_at",
        "wait_seconds",
        "transfers",
        "features",
        "why",
    )
)
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
        wanted = select(*_FIELDS, _scene(store)).where(of_tenant_by_key(DECISIONS, tenant), DECISIONS.c.decision_id.in_(some))
        found = {row.decision_id: row for row in store.rows(wanted)}
        yield from (_logged(store, tenant, found[decision_id], schemas) for decision_id in some)


def _scene(store: Store) -> ColumnElement[str]:
    """The scene alone: the database takes it out of the answer, most of which is words."""
    if store.url.startswith("sqlite"):
        return func.json_extract(DECISIONS.c.answer, "$.scene").label("scene")
    return cast(cast(DECISIONS.c.answer, JSON)["scene"], Text).label("scene")


def _logged(store: Store, tenant: str, row: Row[Any], schemas: dict[str, FeatureSchema]) -> LoggedMoment:
    asked, scene, read = read_asked(store, tenant, row.customer_id, row.why, schemas), orjson.loads(row.scene), orjson.loads(row.features)
    moment = Moment(
        tenant,
        row.interaction_id,
        row.customer_id,
        row.channel,
        row.direction,
        row.decided_at,
        asked.language,
        LIMIT,
        Scene(**{name: scene[name] for name in _PLAIN}, facts=scene["facts"]),
        Agent(row.agent_id, asked.certificates, read.get("agent.experience")),
        Waiting(row.wait_seconds, row.transfers, read.get("contact.estimated_wait_seconds")),
        customer_known=asked.seen.known,
    )
    return LoggedMoment(row.decision_id, moment, asked.seen)
