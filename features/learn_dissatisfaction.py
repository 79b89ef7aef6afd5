"""Learn from the tables what comes before customers spend less or leave, quarter by quarter, so that no score knows what was not known yet."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from features.moments import naive_utc
from features.transform import computed, distinct_moments
from features.unhappy_label import HORIZON_DAYS, cases, lost
from features.views import VIEWS
from features.views.dissatisfaction import STATED, Weight, Weights

FEWEST_CASES = 200
FEWEST_OF_EACH = 25
"""With fewer cases, or fewer of one kind, the stated weights stand."""
QUARTERS = 8
_FEATURES = tuple(term.feature for term in STATED.terms)
Matrix = NDArray[np.float64]


def learn(connection: duckdb.DuckDBPyConnection, at: datetime) -> list[Weights]:
    """Weights since the start of each of the last QUARTERS quarters before `at`, learned from outcomes that were known by then; oldest first.

    A logistic regression on the features of STATED; the label is `unhappy_label`. The same tables give the same weights.
    """
    moments = distinct_moments(cases(connection, at))
    if moments.num_rows < FEWEST_CASES:
        return []
    labels = lost(connection, moments)
    x, known = _matrix(connection, moments, labels)
    y = labels["lost"].to_numpy()
    learned = (
        _fitted(x[known <= np.datetime64(naive_utc(since))], y[known <= np.datetime64(naive_utc(since))], since) for since in _quarters(at)
    )
    return [weights for weights in learned if weights is not None]


def _matrix(connection: duckdb.DuckDBPyConnection, moments: pa.Table, labels: pa.Table) -> tuple[Matrix, NDArray[np.datetime64]]:
    """The features of each labelled moment, and when its outcome was known."""
    columns = ", ".join(f'"{name}"' for name in _FEATURES)
    query = f'SELECT moment, "at", {columns} FROM known ORDER BY moment'
    parts = [connection.sql(query).to_arrow_table() for _ in computed(connection, VIEWS[:-1], moments)]
    rows = pa.concat_tables(parts).take(labels["moment"])
    known = rows["at"].to_numpy() + np.timedelta64(HORIZON_DAYS, "D")
    return np.column_stack([rows[name].to_numpy().astype(float) for name in _FEATURES]), known


def _fitted(x: Matrix, y: NDArray[np.bool_], since: datetime) -> Weights | None:
    if min(int(y.sum()), int((~y).sum())) < FEWEST_OF_EACH or len(y) < FEWEST_CASES:
        return None
    bounds = [_bounds(column) for column in x.T]
    held = np.column_stack([np.clip(np.where(np.isnan(c), mid, c), low, high) for c, (low, mid, high) in zip(x.T, bounds, strict=True)])
    centre, scale = held.mean(axis=0), held.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(max_iter=1000).fit((held - centre) / scale, y)
    terms = [
        Weight(name, float(weight), float(middle), low, high, mid)
        for name, weight, middle, (low, mid, high) in zip(_FEATURES, model.coef_[0] / scale, centre, bounds, strict=True)
    ]
    return Weights("learned", float(model.intercept_[0]), tuple(terms), since)


def _bounds(column: NDArray[np.float64]) -> tuple[float, float, float]:
    """The range a value is held in, and what stands for a missing one."""
    filled = column[~np.isnan(column)]
    if not len(filled):
        return 0.0, 0.0, 0.0
    low, middle, high = np.quantile(filled, [0.01, 0.5, 0.99])
    return float(low), float(middle), float(high)


def _quarters(at: datetime) -> Iterator[datetime]:
    """The starts of the last QUARTERS calendar quarters up to `at`, oldest first."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = []
    for _ in range(QUARTERS):
        day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        starts.append(day)
        day -= timedelta(days=1)
    return reversed(starts)
