"""The event tables: columns, keys, times. Their only definition; everything else reads it from here."""

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """Column types with their DuckDB names. Times are microseconds, UTC, without zone once in the lake."""

    TEXT = "VARCHAR"
    NUMBER = "DOUBLE"
    INTEGER = "BIGINT"
    FLAG = "BOOLEAN"
    TIME = "TIMESTAMP"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `allowed` lists the only words; `low` and `high` bound numbers, inclusive. A bad optional value refuses the row too."""

    name: str
    type: Type
    required: bool = False
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One event table.

    key: the columns that name one event. happened_at: the column with the event's own time. known_at: the first of these
    columns that is filled says when the first version of the event was known, unless the file brings a column `known_at`.
    Every further column of a file is kept in `attributes` (MAP of VARCHAR to VARCHAR).
    """

    name: str
    key: tuple[str, ...]
    happened_at: str
    known_at: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)


OUTCOMES = ("presented", "accepted", "declined", "deferred", "converted", "cancelled", "opted_out")
TIERS = ("basic", "standard", "gold", "vip")
DIRECTIONS = ("inbound", "outbound")
WRONG_NUMBER = "wrong_number"
"""The reason of a no that somebody else gave: nothing of that decision counts for or against the customer."""
SAME_PERSON = "customer_id"
"""The kind of identity whose value is a customer id: that customer is the person the row names, too. It is kept as it is, since it is no secret."""
CHANNEL_EVENTS = ("login", "view", "message", "self_service_done", "self_service_abandoned")


def _text(name: str, *allowed: str, required: bool = False) -> Column:
    return Column(name, Type.TEXT, required, allowed)


def _number(name: str, low: float | None = None, high: float | None = None, *, required: bool = False) -> Column:
    return Column(name, Type.NUMBER, required, (), low, high)


def _integer(name: str, low: float | None = None, high: float | None = None, *, required: bool = False) -> Column:
    return Column(name, Type.INTEGER, required, (), low, high)


def _flag(name: str) -> Column:
    return Column(name, Type.FLAG)


def _time(name: str, *, required: bool = False) -> Column:
    return Column(name, Type.TIME, required)


CUSTOMERS = Table(
    "customers",
    key=("customer_id",),
    happened_at="updated_at",
    known_at=("updated_at",),
    columns=(
        _text("customer_id", required=True),
        _time("updated_at", required=True),
        _integer("birth_year", 1880, 2100),
        _text("gender"),
        _text("occupation"),
        _text("education"),
        _text("city"),
        _time("opened_on"),
        _text("income_band"),
        _text("value_tier", *TIERS),
        _text("language"),
        _flag("marketing_consent"),
    ),
)
IDENTITIES = Table(
    "identities",
    key=("kind", "value"),
    happened_at="verified_at",
    known_at=("verified_at",),
    columns=(
        _text("kind", required=True),
        _text("value", required=True),
        _text("customer_id", required=True),
        _time("verified_at", required=True),
    ),
)
TRANSACTIONS = Table(
    "transactions",
    key=("transaction_id",),
    happened_at="occurred_at",
    known_at=("occurred_at",),
    columns=(
        _text("transaction_id", required=True),
        _text("customer_id", required=True),
        _time("occurred_at", required=True),
        _number("amount", required=True),
        _text("currency"),
        _text("category"),
        _text("channel"),
    ),
)
CONTACTS = Table(
    "contacts",
    key=("interaction_id",),
    happened_at="started_at",
    known_at=("ended_at", "started_at"),
    columns=(
        _text("interaction_id", required=True),
        _text("customer_id", required=True),
        _time("started_at", required=True),
        _time("ended_at"),
        _text("channel", required=True),
        _text("direction", *DIRECTIONS),
        _text("contact_reason"),
        _text("agent_id"),
        _number("wait_seconds", 0),
        _integer("transfers", 0),
        _flag("resolved"),
        _number("csat", 1, 5),
        _number("nps", 0, 10),
        _flag("complaint"),
        _number("sentiment", -1, 1),
    ),
)
CHANNEL_EVENTS_TABLE = Table(
    "channel_events",
    key=("event_id",),
    happened_at="occurred_at",
    known_at=("occurred_at",),
    columns=(
        _text("event_id", required=True),
        _text("customer_id", required=True),
        _time("occurred_at", required=True),
        _text("channel", required=True),
        _text("event", *CHANNEL_EVENTS, required=True),
        _text("topic"),
    ),
)
PROPOSALS = Table(
    "proposals",
    key=("decision_id", "action_id"),
    happened_at="proposed_at",
    known_at=("proposed_at",),
    columns=(
        _text("decision_id", required=True),
        _text("action_id", required=True),
        _text("interaction_id"),
        _text("customer_id", required=True),
        _time("proposed_at", required=True),
        _text("channel"),
        _text("script_id"),
        _text("style"),
        _integer("rank", 1),
        _number("probability", 0, 1),
    ),
)
OUTCOMES_TABLE = Table(
    "outcomes",
    key=("decision_id", "action_id", "outcome"),
    happened_at="occurred_at",
    known_at=("occurred_at",),
    columns=(
        _text("decision_id", required=True),
        _text("action_id", required=True),
        _text("outcome", *OUTCOMES, required=True),
        _time("occurred_at", required=True),
        _text("reason"),
        _number("value"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (CUSTOMERS, IDENTITIES, TRANSACTIONS, CONTACTS, CHANNEL_EVENTS_TABLE, PROPOSALS, OUTCOMES_TABLE)
}
