"""Does the score put those who say yes before those who do not?"""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

Vector = NDArray[np.float64]


def discrimination(label: Vector, probability: Vector) -> dict[str, float]:
    """auc and pr_auc of (n,) labels of 0 and 1 against (n,) probabilities; NaN where only one label is there."""
    if label.min() == label.max():
        return {"auc": float("nan"), "pr_auc": float("nan")}
    return {"auc": float(roc_auc_score(label, probability)), "pr_auc": float(average_precision_score(label, probability))}


def lift_by_decile(label: Vector, probability: Vector) -> list[float]:
    """Ten figures: the rate of yes in each tenth of the ranking, best tenth first, over the rate of all."""
    order = np.argsort(-probability, kind="stable")
    return [float(part.mean() / label.mean()) for part in np.array_split(label[order], 10)]
