"""A model of two features and a talk, fitted in a moment."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from features.customer import CustomerFeatures, FeatureSchema
from training.calibrator import Calibrator
from training.columns import Columns
from training.propensity.blend import Blend, Recipe
from training.saved import SavedScorer
from training.talk import RECENT_NUMBERS, Talk

SCHEMA = FeatureSchema(("age", "spend_30d"), ("city",))
AT = datetime(2026, 3, 4, 15, tzinfo=UTC)
TALK = Talk(AT, "voice", "inbound", "bill_query", "issue", 0.5, 30.0, 1.0, (-2.0, -1.5))


def rows(n: int) -> pa.Table:
    dice = np.random.default_rng(1)
    return pa.table(
        {
            "age": dice.integers(20, 70, n).astype(float),
            "spend_30d": dice.gamma(2, 500, n),
            "city": dice.choice(["Beijing", "Xi'an"], n),
            "sentiment": np.full(n, 0.5),
            "wait_seconds": np.full(n, 30.0),
            "transfers": np.full(n, 1.0),
            "hour": np.full(n, 15.0),
            "weekday": np.full(n, 2.0),
            "recent_yes_50": np.full(n, -2.0),
            "recent_yes_400": np.full(n, -1.5),
            "channel": ["voice"] * n,
            "direction": ["inbound"] * n,
            "contact_reason": ["bill_query"] * n,
            "need": ["issue"] * n,
            "action_id": dice.choice(["a", "b"], n),
        }
    )


def customer(row: dict) -> CustomerFeatures:
    return CustomerFeatures("c1", True, SCHEMA, np.array([row["age"], row["spend_30d"]]), (row["city"],))


def fitted(table: pa.Table, label: np.ndarray, seed: int = 1, told: Sequence[str] | None = None) -> SavedScorer:
    """told: the only columns the model knows of; None: all."""
    columns = Columns.of(SCHEMA, table)
    if told is not None:
        columns = Columns(tuple(name for name in columns.numbers if name in told), columns.codes)
    blend = Blend.fit(columns, columns.matrix(table), label, Recipe(((), ("age",)), 20, 0.5), seed)
    return SavedScorer("1", columns, blend, Calibrator(0.9, 0.1), {"a": 10}, (-2.0, -1.5))


def save_as_first_release(folder: Path) -> SavedScorer:
    """The files of the first release: trees alone, and columns that knew no level of the day. Returns the model they are of."""
    table = rows(400).drop_columns(list(RECENT_NUMBERS))
    scorer = fitted(table, (np.asarray(table["spend_30d"]) > 900).astype(float), told=table.column_names)
    scorer.save(folder)
    for gone in ("recent.json", "linear.json", "model-2.txt"):
        (folder / gone).unlink()
    return scorer
