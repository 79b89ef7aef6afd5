"""Cautious trees rank well and say too little: how far apart the effects really are, as people who were not learned from say."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
ALIKE = 1e-9
"""Spread of what is said, below which it tells nobody from anybody."""


def level(said: Vector, reached: Vector, treated: NDArray[np.bool_], chance: Vector) -> tuple[float, float]:
    """(slope, shift): the uplift is shift + slope x said. All (n,); chance: of being treated, in (0, 1).

    The best linear predictor of the effect, from a weighted regression of what was reached on (treated - chance) and its product with
    `said`; slope >= 0. Chernozhukov et al. (2018). Its slope is drawn to 0 by its own error, so that a chance find is not taken at its word.
    """
    apart = said - said.mean()
    if apart.std() <= ALIKE:
        return 0.0, float(np.average(reached * np.where(treated, 1 / chance, -1 / (1 - chance))))
    drawn = treated - chance
    columns = np.column_stack([np.ones(len(said)), apart, drawn, drawn * apart])
    weight = 1 / (chance * (1 - chance))
    inverse = np.linalg.inv(columns.T @ (columns * weight[:, None]))
    found = inverse @ (columns.T @ (weight * reached))
    left = (weight * (reached - columns @ found))[:, None] * columns
    variance = float((inverse @ left.T @ left @ inverse)[3, 3])
    added, slope = float(found[2]), float(found[3])
    held = slope * max(0.0, 1.0 - variance / slope**2) if slope > 0.0 else 0.0
    return held, added - held * float(said.mean())
