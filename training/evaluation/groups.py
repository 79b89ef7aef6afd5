"""Are the probabilities still right, and do they still rank? Per model, action, kind and channel, once the answers are in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.measures import measures

LEAST_ANSWERS = 50
"""Of a model, an action, a kind, a channel: fewer say too little."""
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answered:
    """One group of answered proposals: seen is the rate of yes, said the mean probability before the answer; the measures as in evaluation."""

    by: str
    name: str
    answers: int
    seen: float
    said: float
    auc: float
    log_loss: float
    calibration_error: float


def answered(by: str, names: Sequence[str | None], label: Vector, said: Vector) -> list[Answered]:
    """names, label of 0, 1 or NaN, said: (n,). Each name with enough answers of both kinds; most answers first."""
    labels = np.array([name or "" for name in names], dtype=object)
    told = np.isfinite(label) & np.isfinite(said)
    groups = [
        _group(by, str(name), label[mine], said[mine])
        for name in np.unique(labels[told])
        if name and _enough(label[mine := told & (labels == name)])
    ]
    return sorted(groups, key=lambda group: -group.answers)


def _enough(label: Vector) -> bool:
    return len(label) >= LEAST_ANSWERS and bool(label.min() < label.max())


def _group(by: str, name: str, label: Vector, said: Vector) -> Answered:
    found = measures(label, said)
    return Answered(
        by, name, len(label), float(label.mean()), float(said.mean()), found["auc"], found["log_loss"], found["calibration_error"]
    )
