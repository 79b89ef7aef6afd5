"""The variables a script may speak, each with its sort. A playbook may declare more."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class VariableSort(StrEnum):
    """How a value is said: a customer's name by the channel's manners; money; a whole number; a share; a day; words as they are."""

    NAME = "name"
    AMOUNT = "amount"
    COUNT = "count"
    PERCENT = "percent"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    sort: VariableSort


def _of(sort: VariableSort, *names: str) -> dict[str, Variable]:
    return {name: Variable(name, sort) for name in names}


GREETINGS = ("opening", "closing")
"""Where a script says one of these, the book's own greeting for brand, season and channel stands (S4); no customer and no caller gives it."""

STANDARD_VARIABLES: Mapping[str, Variable] = {
    **_of(VariableSort.NAME, "customer_name"),
    **_of(VariableSort.TEXT, *GREETINGS, "agent_name", "brand", "city", "destination", "product", "card_tail"),
    **_of(VariableSort.AMOUNT, "amount", "bill_amount", "monthly_amount", "fee", "limit", "new_limit", "cashback", "premium"),
    **_of(VariableSort.COUNT, "months", "points", "wait_minutes", "days"),
    **_of(VariableSort.PERCENT, "rate", "annual_rate", "discount"),
    **_of(VariableSort.DATE, "today", "due_date", "valid_until"),
}
OPEN_PREFIXES = ("customer.", "facts.")
"""Features and stated facts may be spoken too, as in {{ customer.city }}; a number is then said as a whole number."""
