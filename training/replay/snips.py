"""Self-normalised inverse propensity score: a little biased, far steadier, and never outside the rewards that were seen."""

import numpy as np
from numpy.typing import NDArray

from training.errors import ZeroSupport
from training.replay.estimate import Estimate, Units

Vector = NDArray[np.float64]


def snips(reward: Vector, logged: Vector, target: Vector, units: Units | None = None) -> Estimate:
    """reward: (n,) in currency or 0 and 1; logged, target: (n,) probability of the action that was shown, logged > 0.

    The error is that of a ratio (delta method). Raises ZeroSupport where the target would have shown nothing the log showed.
    Swaminathan & Joachims (2015), eq. 9.
    """
    weight = target / logged
    mean = float(weight.mean())
    if mean <= 0:
        raise ZeroSupport("the candidate would have shown none of the actions the log showed: there is nothing to estimate from")
    value = float((weight * reward).mean()) / mean
    return Estimate.of_influence(value, weight * (reward - value) / mean, units)
