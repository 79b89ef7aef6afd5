"""The log loss of each row, for paired comparisons."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def losses(label: Vector, probability: Vector) -> Vector:
    """(n,) log losses in nats of (n,) labels of 0 and 1 against (n,) probabilities."""
    said = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.asarray(-(label * np.log(said) + (1 - label) * np.log(1 - said)), dtype=np.float64)
