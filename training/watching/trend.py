"""How has it gone over time? What was seen and said, week by week or month by month."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from training.evaluation.discrimination import discrimination

WEEKLY_UP_TO = timedelta(days=120)
LEAST_ANSWERS = 20
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Period:
    """start: aware, UTC. seen: the rate of yes; said: the mean probability; auc NaN where only one answer was seen."""

    start: datetime
    answers: int
    seen: float
    said: float
    auc: float


def trend(at: NDArray[np.datetime64], label: Vector, said: Vector) -> list[Period]:
    """Periods with at least 20 answers, oldest first. at (n,) UTC; label (n,) of 0, 1 or NaN; said (n,)."""
    told = np.isfinite(label) & np.isfinite(said)
    at, label, said = at[told], label[told], said[told]
    if not len(at):
        return []
    weekly = (at.max() - at.min()).astype("timedelta64[us]").item() <= WEEKLY_UP_TO
    starts = at.astype("datetime64[W]" if weekly else "datetime64[M]")
    return [_period(start, label[mine], said[mine]) for start in np.unique(starts) if (mine := starts == start).sum() >= LEAST_ANSWERS]


def _period(start: np.datetime64, label: Vector, said: Vector) -> Period:
    day = start.astype("datetime64[s]").item().replace(tzinfo=UTC)
    return Period(day, len(label), float(label.mean()), float(said.mean()), discrimination(label, said)["auc"])
