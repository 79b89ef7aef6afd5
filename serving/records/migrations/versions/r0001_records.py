"""The first tables: decisions and outcomes, talks and their stream, the outbox, keys and the audit trail."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, PrimaryKeyConstraint, Text

revision = "0001"
down_revision = None
_NUMBERED = BigInteger().with_variant(Integer(), "sqlite")


def _key(*names: str) -> list[Column[str] | PrimaryKeyConstraint]:
    return [*(Column(name, Text(), nullable=False) for name in names), PrimaryKeyConstraint(*names)]


def _seq() -> list[Column[int] | PrimaryKeyConstraint]:
    return [Column("seq", _NUMBERED, autoincrement=True, nullable=False), PrimaryKeyConstraint("seq")]


def _texts(*names: str, empty: tuple[str, ...] = ()) -> list[Column[str]]:
    return [Column(name, Text(), nullable=name in empty) for name in (*names, *empty)]


def _times(*names: str, empty: tuple[str, ...] = ()) -> list[Column[int]]:
    return [Column(name, BigInteger(), nullable=name in empty) for name in (*names, *empty)]


def upgrade() -> None:
    _decided()
    _talks()
    _ways_out()
    _who()


def _decided() -> None:
    op.create_table(
        "decisions",
        *_key("decision_id"),
        *_texts("tenant", "interaction_id", "customer_id", "channel", "direction", empty=("agent_id",)),
        *_times("decided_at", "expires_at"),
        *_texts("playbook_version", "assignment", "unit", "made_by"),
        Column("wait_seconds", Float(), nullable=True),
        Column("transfers", Integer(), nullable=True),
        *_texts("answer", "features"),
    )
    op.create_index("decisions_of_customer", "decisions", ["tenant", "customer_id", "decided_at"])
    op.create_index("decisions_of_interaction", "decisions", ["tenant", "interaction_id"])
    op.create_table(
        "outcomes",
        *_key("tenant", "decision_id", "action_id", "outcome"),
        *_texts("interaction_id", "customer_id", "channel", "reported_by", empty=("reason",)),
        *_times("occurred_at", "recorded_at", empty=("until",)),
        Column("value", Float(), nullable=True),
    )
    op.create_index("outcomes_of_customer", "outcomes", ["tenant", "customer_id"])
    op.create_index("outcomes_of_interaction", "outcomes", ["tenant", "interaction_id"])


def _talks() -> None:
    op.create_table(
        "interactions",
        *_key("tenant", "interaction_id"),
        *_texts("customer_id", "channel", "direction", "opening", "decision_id", empty=("ending",)),
        *_times("started_at", empty=("ended_at",)),
        Column("signals_seen", BigInteger(), nullable=False),
    )
    op.create_table("signals", *_seq(), *_texts("tenant", "interaction_id", "body"), *_times("at"))
    op.create_index("signals_of_interaction", "signals", ["tenant", "interaction_id", "seq"])
    op.create_table("stream", *_seq(), *_texts("tenant", "interaction_id", "event", empty=("decision_id", "body")))
    op.create_index("stream_of_interaction", "stream", ["tenant", "interaction_id", "seq"])
    op.create_table(
        "feedback",
        *_key("feedback_id"),
        *_texts("tenant", "given_by", "about", "subject", empty=("comment", "decision_id")),
        *_times("at"),
        Column("helpful", Boolean(), nullable=False),
    )


def _ways_out() -> None:
    op.create_table("outbox", *_seq(), *_texts("tenant", "kind", "subject"), *_times("known_at"))
    op.create_table("events", *_key("event_id"), *_texts("tenant", "table_name", "rows", "sent_by"), *_times("received_at"))
    op.create_table(
        "idempotency",
        *_key("tenant", "principal", "key"),
        *_texts("request", "answer"),
        Column("status", Integer(), nullable=False),
        *_times("answered_at"),
    )
    op.create_index("idempotency_by_age", "idempotency", ["answered_at"])


def _who() -> None:
    op.create_table(
        "api_keys",
        *_key("key_hash"),
        *_texts("key_id", "tenant", "role", "certificates"),
        *_times("created_at", empty=("revoked_at",)),
    )
    op.create_table("audit", *_seq(), *_texts("tenant", "principal", "role", "deed", "subject"), *_times("at"))
    op.create_index("audit_by_time", "audit", ["tenant", "at"])
    op.create_table("leases", *_key("name"), *_texts("tenant", "holder"), *_times("until"))
    op.create_table("marks", *_key("tenant", "name"), *_times("at"))
