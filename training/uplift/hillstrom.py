"""Hillstrom's e-mail test as trials: two mailings against none, to 64,000 customers, by chance."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from training.errors import TrainingError
from training.uplift.trial import Trial

NUMBERS = ("recency", "history", "mens", "womens", "newbie")
WORDS = {
    "zip_code": ("Rural", "Surburban", "Urban"),
    "channel": ("Multichannel", "Phone", "Web"),
}
NOBODY = "No E-Mail"
ARMS = {"womens": "Womens E-Mail", "mens": "Mens E-Mail"}
_NEEDED = (*NUMBERS, *WORDS, "segment", "visit", "conversion", "spend")


def read_hillstrom(path: Path) -> pa.Table:
    """The file's rows. Raises TrainingError when it is another file."""
    try:
        table = pacsv.read_csv(path)
    except (OSError, pa.ArrowInvalid) as broken:
        raise TrainingError(f"{path}: cannot be read as CSV ({broken}).") from broken
    missing = [name for name in _NEEDED if name not in table.column_names]
    if missing:
        raise TrainingError(f"{path}: has no column {missing[0]!r}; Hillstrom's file has {', '.join(_NEEDED)}.")
    return table


def trial_of(table: pa.Table, arm: str, outcome: str = "visit") -> Trial:
    """One mailing (womens, mens) against none. outcome: visit or conversion (0 and 1) or spend."""
    segment = np.array(table["segment"].to_pylist())
    rows = np.isin(segment, [NOBODY, ARMS[arm]])
    columns = [table[name].to_numpy().astype(np.float64) for name in NUMBERS]
    columns += [np.array([words.index(word) for word in table[name].to_pylist()], dtype=np.float64) for name, words in WORDS.items()]
    treated = segment[rows] == ARMS[arm]
    chance = np.full(len(treated), treated.mean())
    x = np.column_stack(columns)[rows]
    categorical = tuple(range(len(NUMBERS), x.shape[1]))
    return Trial(x, categorical, treated, table[outcome].to_numpy().astype(np.float64)[rows], chance)
