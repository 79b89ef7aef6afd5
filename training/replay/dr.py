"""Doubly robust: a reward model carries the estimate, the logged probabilities mend what it gets wrong. Right when either is."""

import numpy as np
from numpy.typing import NDArray

from training.replay.estimate import Estimate, Units

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def dr(reward: Vector, logged: Vector, target: Matrix, action: NDArray[np.intp], predicted: Matrix, units: Units | None = None) -> Estimate:
    """reward, logged: (n,); action: (n,) column of the action that was shown; target: (n, actions) probabilities, rows sum to 1.

    predicted: (n, actions) rewards by a model that has not seen the row itself (cross-fitted), or the interval is too narrow.
    Dudik, Langford & Li (2011), eq. 2.
    """
    rows = np.arange(len(reward))
    surprise = reward - predicted[rows, action]
    return Estimate.of_mean((target * predicted).sum(axis=1) + target[rows, action] / logged * surprise, units)
