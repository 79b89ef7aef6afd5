"""What chance kept from sight counts more: rows weighed by the logged probability with which their action was shown.

A log shows most what its policy liked. Weighed by 1 / probability it looks like one in which chance had shown everything alike, which is what a
model must answer for when it ranks what the policy did not show; the price is noise, so no row weighs more than ten ordinary ones. Cortes et al. (2008).
"""

import numpy as np
from numpy.typing import NDArray

MOST = 10.0
"""Times the weight in the middle."""
Vector = NDArray[np.float64]


def logged_weight(probability: Vector) -> Vector:
    """(n,) weights with a mean of 1; probability (n,) in (0, 1], NaN where nobody logged one: such a row counts like an average one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(probability > 0, 1.0 / probability, np.nan)
    known = np.isfinite(weight)
    if not known.any():
        return np.ones(len(weight))
    weight = np.minimum(weight, MOST * np.median(weight[known]))
    weight = np.where(known, weight, weight[known].mean())
    return np.asarray(weight / weight.mean(), dtype=np.float64)
