"""The figures every run keeps."""

import numpy as np
from numpy.typing import NDArray

from training.evaluation.calibration import calibration
from training.evaluation.discrimination import discrimination


def measures(label: NDArray[np.float64], probability: NDArray[np.float64]) -> dict[str, float]:
    """auc, pr_auc, log_loss, brier and calibration_error of (n,) labels of 0 and 1 against (n,) probabilities."""
    return discrimination(label, probability) | calibration(label, probability)
