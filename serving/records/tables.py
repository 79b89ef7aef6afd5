"""The record store's tables. Every one carries the tenant; times are microseconds since 1970 UTC; bodies are JSON text."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

KEPT_FIRST = "kept_first"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_instant(moment: datetime) -> int:
    """An aware time as microseconds since 1970 UTC."""
    return (moment - EPOCH) // _MICROSECOND


def from_instant(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


class Instant(TypeDecorator[datetime]):
    """An aware time kept as one integer, so that every database orders and returns it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else to_instant(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else from_instant(value)


METADATA = MetaData()
_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, *, required: bool = True) -> Column[str]:
    return Column(name, Text, nullable=not required)


def _time(name: str, *, required: bool = True) -> Column[datetime]:
    return Column(name, Instant, nullable=not required)


def _key(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


def _first(column: Column[Any]) -> Column[Any]:
    """What is kept of it first stays when the row is put in the place of another one."""
    column.info[KEPT_FIRST] = True
    return column


def _sequence() -> Column[int]:
    return Column("seq", _SEQUENCE, primary_key=True, autoincrement=True)


DECISIONS = Table(
    "decisions",
    METADATA,
    *_key("decision_id"),
    _text("tenant"),
    _text("interaction_id"),
    _text("customer_id"),
    _text("channel"),
    _text("direction"),
    _text("agent_id", required=False),
    _time("decided_at"),
    _time("expires_at"),
    _text("playbook_version"),
    _text("assignment"),
    _text("unit"),
    _text("made_by"),
    Column("wait_seconds", Float, nullable=True),
    Column("transfers", Integer, nullable=True),
    _text("answer"),
    _text("features"),
    _text("why"),
    Index("decisions_of_interaction", "tenant", "interaction_id"),
    Index("decisions_of_customer", "tenant", "customer_id", "decided_at"),
)
SCHEMAS = Table("schemas", METADATA, *_key("tenant", "fingerprint"), _text("names"))
OUTCOMES = Table(
    "outcomes",
    METADATA,
    *_key("tenant", "decision_id", "action_id", "outcome"),
    _text("interaction_id"),
    _text("customer_id"),
    _text("channel"),
    _time("occurred_at"),
    _text("reason", required=False),
    Column("value", Float, nullable=True),
    _time("until", required=False),
    _time("recorded_at"),
    _text("reported_by"),
    Index("outcomes_of_customer", "tenant", "customer_id"),
    Index("outcomes_of_interaction", "tenant", "interaction_id"),
)
INTERACTIONS = Table(
    "interactions",
    METADATA,
    *_key("tenant", "interaction_id"),
    _text("customer_id"),
    _text("channel"),
    _text("direction"),
    _first(_time("started_at")),
    _text("opening"),
    _first(Column("signals_seen", BigInteger, nullable=False)),
    _text("decision_id"),
    _first(_time("ended_at", required=False)),
    _first(_text("ending", required=False)),
)
SIGNALS = Table(
    "signals",
    METADATA,
    _sequence(),
    _text("tenant"),
    _text("interaction_id"),
    _time("at"),
    _text("body"),
    Index("signals_of_interaction", "tenant", "interaction_id", "seq"),
)
STREAM = Table(
    "stream",
    METADATA,
    _sequence(),
    _text("tenant"),
    _text("interaction_id"),
    _text("event"),
    _text("decision_id", required=False),
    _text("body", required=False),
    Index("stream_of_interaction", "tenant", "interaction_id", "seq"),
)
EVENTS = Table(
    "events",
    METADATA,
    *_key("event_id"),
    _text("tenant"),
    _text("table_name"),
    _text("rows"),
    _time("received_at"),
    _text("sent_by"),
)
OUTBOX = Table(
    "outbox",
    METADATA,
    _sequence(),
    _text("tenant"),
    _text("kind"),
    _text("subject"),
    _time("known_at"),
)
IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    *_key("tenant", "principal", "key"),
    _text("request"),
    Column("status", Integer, nullable=False),
    _text("answer"),
    _time("answered_at"),
    Index("idempotency_by_age", "answered_at"),
)
API_KEYS = Table(
    "api_keys",
    METADATA,
    *_key("key_hash"),
    _text("key_id"),
    _text("tenant"),
    _text("role"),
    _text("certificates"),
    _time("created_at"),
    _time("revoked_at", required=False),
)
AUDIT = Table(
    "audit",
    METADATA,
    _sequence(),
    _text("tenant"),
    _time("at"),
    _text("principal"),
    _text("role"),
    _text("deed"),
    _text("subject"),
    Column("status", Integer, nullable=False),
    Index("audit_by_time", "tenant", "at"),
)
FEEDBACK = Table(
    "feedback",
    METADATA,
    *_key("feedback_id"),
    _text("tenant"),
    _time("at"),
    _text("given_by"),
    _text("about"),
    _text("subject"),
    Column("helpful", Boolean, nullable=False),
    _text("comment", required=False),
    _text("decision_id", required=False),
)
LEASES = Table("leases", METADATA, *_key("name"), _text("tenant"), _text("holder"), _time("until"))
MARKS = Table("marks", METADATA, *_key("tenant", "name"), _time("at"))
