"""What a view is: SQL over the event tables, asked at moments, with every field explained to a person."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Dtype(StrEnum):
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """One feature. `meaning` says what a person does with it; `default` is what a customer without history has (None: missing).

    sign: what the business knows and no model may contradict: -1, more of it never makes a yes likelier; 1, never less likely; 0, that is not known.
    """

    name: str
    dtype: Dtype
    unit: str
    meaning: str
    default: float | None = None
    sign: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """One feature view.

    sql: one SELECT giving customer_id, at and every field, a row per row of the relation `moments(customer_id, at)`.
    It reads the event tables as the lake shows them: a row per *version*, with known_at and superseded_at, and must see
    only rows with happened_at < at, known_at < at and (superseded_at IS NULL OR superseded_at >= at).
    ttl: how long a value lives after its moment, None for ever. freshness: how soon an event is in it, said for a person.
    """

    name: str
    meaning: str
    freshness: str
    ttl: timedelta | None
    fields: tuple[Field, ...]
    sql: str
