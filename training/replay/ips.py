"""Inverse propensity score: unbiased whatever the rewards are, as long as the logged probabilities are true; wide where they are small."""

import numpy as np
from numpy.typing import NDArray

from training.replay.estimate import Estimate, Units

Vector = NDArray[np.float64]


def ips(reward: Vector, logged: Vector, target: Vector, units: Units | None = None) -> Estimate:
    """reward: (n,) in currency or 0 and 1; logged, target: (n,) probability of the action that was shown, logged > 0. Horvitz & Thompson (1952)."""
    return Estimate.of_mean(target / logged * reward, units)
