"""Default of credit card clients (UCI; Yeh and Lien 2009): real card holders in Taiwan, April to September 2005.

Each month end is a version of the customer, with the statement's balance and the repayment state as they stood then. What was spent in a
month is what the statements and the payment leave for it (balance - earlier balance + payment) where that is above zero; April has no
earlier balance, hence no spending. `default_payment_next_month` lies after every moment of the file and is no event of our tables: it
reaches none of them; whoever studies it joins it by customer.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from features.adapters.foreign import Columns, number, read_columns

NAME = "credit-card-default"
TIME = pa.timestamp("us", tz="UTC")
YEAR = 2005
# (month, bill, payment, repayment state), oldest first.
MONTHS = (
    (4, "BILL_AMT6", "PAY_AMT6", "PAY_6"),
    (5, "BILL_AMT5", "PAY_AMT5", "PAY_5"),
    (6, "BILL_AMT4", "PAY_AMT4", "PAY_4"),
    (7, "BILL_AMT3", "PAY_AMT3", "PAY_3"),
    (8, "BILL_AMT2", "PAY_AMT2", "PAY_2"),
    (9, "BILL_AMT1", "PAY_AMT1", "PAY_0"),
)
NEEDED = ("ID", "LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE", *(column for month in MONTHS for column in month[1:]))
GENDER = {"1": "male", "2": "female"}
EDUCATION = {"1": "graduate_school", "2": "university", "3": "high_school", "4": "other"}
MARITAL = {"1": "married", "2": "single", "3": "other"}
PAID_ON, SPENT_ON = 15, 25


def adapt(path: Path, first_row: int) -> dict[str, pa.Table]:
    """The file as customers cc-ID, a version per month, and transactions of the categories purchases and repayment in New Taiwan dollars.

    Customers are named by the file's own ID; first_row numbers rows in errors only. Raises AdapterError naming file, row and column.
    """
    columns = read_columns(path, NAME, NEEDED)
    amounts = {
        column: [number(text, column, row, str(path)) for row, text in enumerate(columns[column], first_row)]
        for column in ("LIMIT_BAL", "AGE", *(column for month in MONTHS for column in month[1:3]))
    }
    ids = [f"cc-{holder}" for holder in columns["ID"]]
    versions = [_version(columns, amounts, ids, place) for place in range(len(MONTHS))]
    return {"customers": pa.concat_tables(versions), "transactions": pa.Table.from_pylist(list(_transactions(amounts, ids)), _SCHEMA)}


_SCHEMA = pa.schema(
    [
        ("transaction_id", pa.string()),
        ("customer_id", pa.string()),
        ("occurred_at", TIME),
        ("amount", pa.float64()),
        ("currency", pa.string()),
        ("category", pa.string()),
    ]
)


def _version(columns: Columns, amounts: dict[str, list[float]], ids: list[str], place: int) -> pa.Table:
    month, bill, _, state = MONTHS[place]
    stated = datetime(YEAR, month, monthrange(YEAR, month)[1], 20, tzinfo=UTC)
    return pa.table(
        {
            "customer_id": ids,
            "updated_at": pa.array([stated] * len(ids), TIME),
            "birth_year": [YEAR - int(age) for age in amounts["AGE"]],
            "gender": pa.array([GENDER.get(code) for code in columns["SEX"]], pa.string()),
            "education": pa.array([EDUCATION.get(code) for code in columns["EDUCATION"]], pa.string()),
            "marital": pa.array([MARITAL.get(code) for code in columns["MARRIAGE"]], pa.string()),
            "credit_limit": amounts["LIMIT_BAL"],
            "statement_balance": amounts[bill],
            "repayment_state": columns[state],
        }
    )


def _transactions(amounts: dict[str, list[float]], ids: list[str]) -> Iterator[dict[str, object]]:
    for place, (month, bill, payment, _) in enumerate(MONTHS):
        earlier = amounts[MONTHS[place - 1][1]] if place else None
        for row, holder in enumerate(ids):
            paid = amounts[payment][row]
            if paid > 0:
                yield _transaction(holder, month, PAID_ON, "repayment", paid)
            spent = amounts[bill][row] - earlier[row] + paid if earlier else 0.0
            if spent > 0:
                yield _transaction(holder, month, SPENT_ON, "purchases", spent)


def _transaction(holder: str, month: int, day: int, category: str, amount: float) -> dict[str, object]:
    return {
        "transaction_id": f"{holder}-{YEAR}-{month:02d}-{category}",
        "customer_id": holder,
        "occurred_at": datetime(YEAR, month, day, 12, tzinfo=UTC),
        "amount": amount,
        "currency": "TWD",
        "category": category,
    }
