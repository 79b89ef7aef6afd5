"""The reader of bandit logs: what `playcall export --format bandit` writes, or any table with these columns."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from training.errors import LogError
from training.replay.log import BanditLog, Matrix

_SAME = 1e-6
_ALIASES = {"action": "action_id"}
_NEEDED = ("action_id", "reward", "probability")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log stands. rows: (n,) the number in the file of each row that is read, counted from 1."""

    path: Path
    rows: NDArray[np.intp]


def read_table(path: Path) -> pa.Table:
    """A Parquet or CSV file (.csv, .csv.gz) as it is. Raises LogError for a file of neither kind, or a broken one."""
    suffixes = path.suffixes
    try:
        if path.suffix == ".parquet":
            return pq.read_table(path)
        if ".csv" in suffixes:
            return pacsv.read_csv(path)
    except (OSError, pa.ArrowInvalid) as broken:
        raise LogError(f"{path}: cannot be read as {path.suffix} ({broken}); write it again.") from broken
    raise LogError(f"{path}: is neither .parquet nor .csv; export it with `playcall export --format bandit --out FILE.parquet`.")


def read_log(path: Path) -> BanditLog:
    """The log of a file. Rows whose reward is not known yet are left out.

    Columns: action_id (or action), reward, probability; action_probabilities, JSON {action_id: probability} of everything that could be shown,
    null where that was not written down;
    decision_id, decided_at, customer_id, channel and any further column as context. Raises LogError naming column and row.
    """
    table = read_table(path)
    table = table.rename_columns(
        [_ALIASES.get(name, name) if "action_id" not in table.column_names else name for name in table.column_names]
    )
    missing = [name for name in _NEEDED if name not in table.column_names]
    if missing:
        raise LogError(f"{path}: has no column {missing[0]!r}; it needs {', '.join(_NEEDED)} and has {', '.join(table.column_names)}.")
    twice = next((name for name in table.column_names if table.column_names.count(name) > 1), None)
    if twice is not None:
        raise LogError(f"{path}: has two columns {twice!r}; every column needs a name of its own.")
    bytes_ = next((name for name in table.column_names if pa.types.is_binary(table[name].type)), None)
    if bytes_ is not None:
        raise LogError(f"{path}: column {bytes_!r} is no text in UTF-8; write it so, or leave it out.")
    known = pc.is_valid(table["reward"])
    rows, table = np.flatnonzero(known.to_numpy()) + 1, table.filter(known)
    if table.num_rows < 2:
        raise LogError(
            f"{path}: holds {table.num_rows} proposals with a known reward; at least 2 are needed, and hundreds to say anything."
        )
    return _log(Place(path, rows), table)


def _log(place: Place, table: pa.Table) -> BanditLog:
    ids = [str(action) for action in table["action_id"].to_pylist()]
    reward, probability = numbers(place.path, table, "reward"), numbers(place.path, table, "probability")
    _refuse(place, "reward", ~np.isfinite(reward), "is not a finite number")
    _refuse(place, "action_id", table["action_id"].is_null().to_numpy(), "is missing")
    _refuse(place, "probability", ~((probability > 0) & (probability <= 1)), "is not in (0, 1]; an action that was shown had a probability")
    said = _said(place, table)
    actions = tuple(sorted({*ids, *(action for row in said for action in row or ())}))
    slots = {action: slot for slot, action in enumerate(actions)}
    action = np.array([slots[name] for name in ids], dtype=np.intp)
    logged = _logged(said, slots) if said else np.full((len(ids), len(actions)), np.nan)
    here = np.arange(len(ids))
    if said:
        told = np.array([row is not None for row in said])
        other = told & ~(abs(logged[here, action] - probability) <= _SAME)
        _refuse(place, "action_probabilities", other, "gives the shown action another probability")
        _refuse(place, "action_probabilities", logged.sum(axis=1) > 1 + 1e-3, "sums to more than 1")
        _refuse(place, "action_probabilities", np.asarray((logged < 0).any(axis=1)), "holds a number below 0, which is no probability")
    logged[here, action] = probability
    context = table.drop_columns([*_NEEDED, *(["action_probabilities"] if said else [])])
    return BanditLog(actions, action, reward, logged, _customers(context), context)


def numbers(path: Path, table: pa.Table, name: str) -> Matrix:
    """(n,) of the column, NaN where it says nothing. Raises LogError for what is no number."""
    try:
        return np.asarray(table[name].cast(pa.float64()).to_numpy(), dtype=np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as wrong:
        raise LogError(f"{path}: column {name!r} holds {table[name].type}, not numbers ({wrong}).") from wrong


def _said(place: Place, table: pa.Table) -> list[dict[str, float] | None]:
    """The probabilities of all candidates, row by row, None where the log does not say; empty when it has no such column."""
    if "action_probabilities" not in table.column_names:
        return []
    rows: list[dict[str, float] | None] = []
    for number, text in zip(place.rows, table["action_probabilities"].to_pylist(), strict=True):
        if not text:
            rows.append(None)
            continue
        try:
            rows.append({str(action): float(probability) for action, probability in orjson.loads(text).items()})
        except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError) as broken:
            raise LogError(f"{place.path}: row {number}: action_probabilities is no JSON object of {{action_id: probability}}.") from broken
    return rows


def _logged(said: list[dict[str, float] | None], slots: dict[str, int]) -> Matrix:
    logged = np.zeros((len(said), len(slots)))
    for row, probabilities in enumerate(said):
        if probabilities is None:
            logged[row] = np.nan
            continue
        for action, probability in probabilities.items():
            logged[row, slots[action]] = probability
    return logged


def _customers(context: pa.Table) -> NDArray[np.int64]:
    if "customer_id" not in context.column_names:
        return np.arange(context.num_rows)
    names = context["customer_id"].cast(pa.string()).fill_null("").combine_chunks()
    return np.asarray(names.dictionary_encode().indices.to_numpy(), dtype=np.int64)


def _refuse(place: Place, column: str, wrong: NDArray[np.bool_], why: str) -> None:
    rows = place.rows[wrong]
    if len(rows):
        raise LogError(f"{place.path}: row {rows[0]}: {column} {why} ({len(rows):,} such rows); mend them in the log.")
