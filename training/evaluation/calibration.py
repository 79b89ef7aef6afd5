"""Does a probability of 0.2 mean two of ten?"""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss

Vector = NDArray[np.float64]


def calibration(label: Vector, probability: Vector, bins: int = 10) -> dict[str, float]:
    """log_loss, brier and calibration_error (expected, equal-count bins) of (n,) labels of 0 and 1 against (n,) probabilities."""
    order = np.argsort(probability, kind="stable")
    parts = zip(np.array_split(label[order], bins), np.array_split(probability[order], bins), strict=True)
    error = sum(len(seen) * abs(seen.mean() - said.mean()) for seen, said in parts if len(seen)) / len(label)
    return {
        "log_loss": float(log_loss(label, probability, labels=[0, 1])),
        "brier": float(brier_score_loss(label, probability)),
        "calibration_error": float(error),
    }


def reliability(label: Vector, probability: Vector, bins: int = 10) -> list[tuple[float, float]]:
    """(said, seen) by equal-count bin, lowest first."""
    order = np.argsort(probability, kind="stable")
    parts = zip(np.array_split(probability[order], bins), np.array_split(label[order], bins), strict=True)
    return [(float(said.mean()), float(seen.mean())) for said, seen in parts if len(seen)]
