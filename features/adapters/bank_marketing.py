"""The UCI Bank Marketing file (bank-additional-full): real outbound calls of a Portuguese bank, 2008 to 2010, offering a term deposit.

What it says of a customer becomes attributes, dated a minute before the call. Its column `duration` is the length of the call, known only
after it, and reaches no table; so a contact has no end either. Without the column `y` the rows are customers still to be decided.
Moro, Cortez, Rita (2014), Decision Support Systems 62.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from features.adapters.bank_calendar import MONTHS, WEEKDAYS, call_times
from features.adapters.foreign import Columns, number, read_columns
from features.errors import AdapterError

NAME = "bank-marketing"
ACTION = "term_deposit"
NOT_CONTACTED = "999"
KNOWN_BEFORE = timedelta(minutes=1)
ANSWERED_AFTER = timedelta(minutes=5)
TIME = pa.timestamp("us", tz="UTC")
# The file's name -> the attribute's name.
ATTRIBUTES = {
    **{name: name for name in ("age", "job", "marital", "education", "default", "housing", "loan", "contact", "month", "day_of_week")},
    **{name: name for name in ("campaign", "pdays", "previous", "poutcome", "euribor3m")},
    "emp.var.rate": "emp_var_rate",
    "cons.price.idx": "cons_price_idx",
    "cons.conf.idx": "cons_conf_idx",
    "nr.employed": "nr_employed",
}
OUTCOME = {"yes": "accepted", "no": "declined"}


def adapt(path: Path, first_row: int) -> dict[str, pa.Table]:
    """The file (.csv or .csv.gz, ';' or ',' between fields) as customers, and with `y` also contacts, proposals and outcomes.

    first_row: the number of the file's first row in the whole file, from 1; customers are named bm-000001 by it.
    Raises AdapterError naming file, row and column.
    """
    columns, place = read_columns(path, NAME, tuple(ATTRIBUTES), delimiters=";,"), str(path)
    calls = _calls(columns, place, whole=first_row == 1)
    ids = [f"bm-{first_row + index:06d}" for index in range(len(calls))]
    tables = {"customers": _customers(columns, ids, calls, place)}
    if "y" in columns:
        answers = [_known(OUTCOME, answer, "y", row, place) for row, answer in enumerate(columns["y"], 1)]
        tables |= {"contacts": _contacts(ids, calls), "proposals": _proposals(ids, calls), "outcomes": _outcomes(ids, calls, answers)}
    return tables


def _calls(columns: Columns, place: str, *, whole: bool) -> list[datetime]:
    for column, words in (("month", MONTHS), ("day_of_week", WEEKDAYS)):
        for row, word in enumerate(columns[column], 1):
            _known({known: known for known in words}, word, column, row, place)
    rates = [number(text, "euribor3m", row, place) for row, text in enumerate(columns["euribor3m"], 1)]
    return call_times(columns["month"], columns["day_of_week"], rates, whole=whole)


def _customers(columns: Columns, ids: Sequence[str], calls: Sequence[datetime], place: str) -> pa.Table:
    """Consent is true for all: the bank called every one of them under its own permission, and the file is the list of those calls."""
    ages = [int(number(text, "age", row, place)) for row, text in enumerate(columns["age"], 1)]
    attributes = {
        ours: pa.array(columns[theirs], pa.string()) for theirs, ours in ATTRIBUTES.items() if theirs not in ("education", "pdays")
    }
    attributes["pdays"] = pa.array([None if text == NOT_CONTACTED else text for text in columns["pdays"]], pa.string())
    return pa.table(
        {
            "customer_id": ids,
            "updated_at": pa.array([call - KNOWN_BEFORE for call in calls], TIME),
            "birth_year": [call.year - age for call, age in zip(calls, ages, strict=True)],
            "occupation": _said(columns["job"]),
            "education": _said(columns["education"]),
            "marketing_consent": [True] * len(ids),
            **attributes,
        }
    )


def _contacts(ids: Sequence[str], calls: Sequence[datetime]) -> pa.Table:
    rows = len(ids)
    return pa.table(
        {
            "interaction_id": _named(ids, "call"),
            "customer_id": ids,
            "started_at": pa.array(calls, TIME),
            "channel": ["voice"] * rows,
            "direction": ["outbound"] * rows,
        }
    )


def _proposals(ids: Sequence[str], calls: Sequence[datetime]) -> pa.Table:
    """Made as the call begins, so that the call itself is not yet part of what is known of the customer; every call made it: probability 1."""
    rows = len(ids)
    return pa.table(
        {
            "decision_id": _named(ids, "decision"),
            "action_id": [ACTION] * rows,
            "interaction_id": _named(ids, "call"),
            "customer_id": ids,
            "proposed_at": pa.array(calls, TIME),
            "channel": ["voice"] * rows,
            "rank": [1] * rows,
            "probability": [1.0] * rows,
        }
    )


def _outcomes(ids: Sequence[str], calls: Sequence[datetime], answers: Sequence[str]) -> pa.Table:
    rows = len(ids)
    return pa.table(
        {
            "decision_id": _named(ids, "decision") * 2,
            "action_id": [ACTION] * rows * 2,
            "outcome": [*["presented"] * rows, *answers],
            "occurred_at": pa.array([*calls, *(call + ANSWERED_AFTER for call in calls)], TIME),
        }
    )


def _named(ids: Sequence[str], what: str) -> list[str]:
    return [f"{customer}-{what}" for customer in ids]


def _said(values: Sequence[str]) -> pa.Array:
    return pa.array([None if value == "unknown" else value for value in values], pa.string())


def _known(words: dict[str, str], word: str, column: str, row: int, place: str) -> str:
    if word not in words:
        raise AdapterError(f"{place}: row {row}, column {column}: '{word}' is not one of {', '.join(words)}; mend the row")
    return words[word]
