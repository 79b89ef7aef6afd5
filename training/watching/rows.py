"""What the champion learned from, and what has been proposed since: the two populations every figure of the watch compares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.events.lake import Lake
from features.moments import naive_utc
from training.errors import TooFewLabels
from training.fit import TEST
from training.labels import DEFAULT_WINDOW
from training.training_set import as_learned, talks_of_proposals, to_learn_from, without_control

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proposals:
    """n proposals, oldest first. rows: the model's columns. label: (n,) 1, 0, or NaN while the answer is not ripe. at: (n,) datetime64[us], UTC.

    propensity: (n,) as it was served, NaN where nobody said; model: the version that served it, or None; shadow, shadow_model: the same of a
    challenger that was asked unseen. customer: (n,) a number for each different one.
    """

    rows: pa.Table
    label: Vector
    at: NDArray[np.datetime64]
    propensity: Vector
    model: list[str | None]
    shadow: Vector
    shadow_model: list[str | None]
    customer: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.label)

    @property
    def customers(self) -> int:
        """How many different ones."""
        return len(np.unique(self.customer))

    @property
    def answered(self) -> NDArray[np.bool_]:
        return np.isfinite(self.label)


@dataclass(frozen=True, slots=True)
class Watched:
    """learned: the champion's own training rows; since: every proposal after them, of all groups but control."""

    learned: Proposals
    since: Proposals


def watched(lake: Lake, windows: Mapping[str, timedelta], trained_at: datetime, at: datetime, last: timedelta | None = None) -> Watched:
    """trained_at: the moment whose knowledge the champion was trained on, of which the newest tenth was kept from it.

    An answer is ripe when its response window has closed: before that only the quick ones are in, and those are more often a yes.
    last: of `since` only the proposals of so long before `at`. Raises TooFewLabels when the tables hold none of the champion's rows.
    """
    then = to_learn_from(talks_of_proposals(lake, windows, trained_at))
    learned = then.slice(0, int(TEST * then.num_rows))
    if not learned.num_rows:
        raise TooFewLabels(
            f"{lake.folder}: none of the proposals the champion learned from is here; is it another home's? Else train anew."
        )
    now = without_control(talks_of_proposals(lake, windows, at))
    since = now.filter(pc.greater(now["at"], pc.max(learned["at"])))
    if last is not None:
        since = since.filter(pc.greater_equal(since["at"], pa.scalar(naive_utc(at - last), pa.timestamp("us"))))
    rows = as_learned(lake, pa.concat_tables([learned, since]))
    ripe = _ripe(since, windows, at)
    return Watched(
        _proposals(learned, rows.slice(0, learned.num_rows), _numbers(learned["label"])),
        _proposals(since, rows.slice(learned.num_rows), np.where(ripe, _numbers(since["label"]), np.nan)),
    )


def _ripe(talks: pa.Table, windows: Mapping[str, timedelta], at: datetime) -> NDArray[np.bool_]:
    """(n,) whose response window had closed at `at`."""
    closes = [
        moment + windows.get(action, DEFAULT_WINDOW)
        for moment, action in zip(talks["at"].to_pylist(), talks["action_id"].to_pylist(), strict=True)
    ]
    return np.array([moment <= naive_utc(at) for moment in closes], dtype=np.bool_)


def _proposals(talks: pa.Table, rows: pa.Table, label: Vector) -> Proposals:
    return Proposals(
        rows,
        label,
        pc.cast(talks["at"], pa.timestamp("us")).to_numpy(),
        _numbers(talks["propensity"]),
        talks["model_version"].to_pylist(),
        _numbers(talks["shadow_propensity"]),
        talks["shadow_version"].to_pylist(),
        np.unique(np.array(talks["customer_id"].to_pylist(), dtype=str), return_inverse=True)[1],
    )


def _numbers(column: pa.ChunkedArray) -> Vector:
    """Missing is NaN."""
    return np.asarray(pc.fill_null(pc.cast(column, pa.float64()), float("nan")).to_numpy(), dtype=np.float64)
