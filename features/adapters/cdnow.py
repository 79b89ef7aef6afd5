"""CDNOW: real dated purchases of a record shop on the web, January 1997 to June 1998 (Fader and Hardie's master file).

The file has dates and no time of day: a purchase happened at midnight UTC of its date.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from features.adapters.foreign import read_columns
from features.errors import AdapterError

NAME = "cdnow"
TIME = pa.timestamp("us", tz="UTC")


def adapt(path: Path, first_row: int) -> dict[str, pa.Table]:
    """The file (customer_id, date, quantity, amount) as customers cd-ID, opened at their first purchase, and transactions in US dollars.

    A purchase is named by customer, date and its place among the customer's purchases of that date; first_row plays no part.
    Raises AdapterError naming file and row.
    """
    columns = read_columns(path, NAME, ("customer_id", "date", "quantity", "amount"))
    customers = [f"cd-{customer}" for customer in columns["customer_id"]]
    days = [_day(text, row, str(path)) for row, text in enumerate(columns["date"], first_row)]
    return {"customers": _customers(customers, days), "transactions": _transactions(columns, customers, days)}


def _day(text: str, row: int, place: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise AdapterError(f"{place}: row {row}, column date: '{text}' is not a date like 1997-01-31; mend the row") from error


def _customers(customers: Sequence[str], days: Sequence[datetime]) -> pa.Table:
    first: dict[str, datetime] = {}
    for customer, day in zip(customers, days, strict=True):
        first[customer] = min(day, first.get(customer, day))
    opened = pa.array(list(first.values()), TIME)
    return pa.table({"customer_id": list(first), "updated_at": opened, "opened_on": opened})


def _transactions(columns: dict[str, list[str]], customers: Sequence[str], days: Sequence[datetime]) -> pa.Table:
    seen: Counter[tuple[str, str]] = Counter()
    names = []
    for customer, date in zip(customers, columns["date"], strict=True):
        seen[customer, date] += 1
        names.append(f"{customer}-{date}-{seen[customer, date]}")
    return pa.table(
        {
            "transaction_id": names,
            "customer_id": list(customers),
            "occurred_at": pa.array(days, TIME),
            "amount": columns["amount"],
            "currency": ["USD"] * len(names),
            "category": ["entertainment"] * len(names),
            "quantity": columns["quantity"],
        }
    )
