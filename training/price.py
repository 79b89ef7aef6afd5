"""How the price of a candidate is made, said once: what the service decides by, and all that decide again what it decided."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def blend(starting: Floats, weight: Floats, model: Floats, evidence: Floats) -> Floats:
    """(E0 x p0 + E x p) / (E0 + E), all (n,): exactly p0 where E = 0, finite whatever comes in.

    starting p0 and model p are probabilities; weight E0 and evidence E count answered proposals. A model value that is not finite counts as unseen.
    """
    total = weight + evidence
    if evidence.min() >= 0.0 and total.min() > 0.0:
        served: Floats = starting + evidence / total * (model - starting)
        if served.min() >= 0.0 and served.max() <= 1.0:
            return served
    return _blend_with_care(starting, weight, model, evidence)


def _blend_with_care(starting: Floats, weight: Floats, model: Floats, evidence: Floats) -> Floats:
    """The same, one case after the other, where something is empty, missing or out of bounds."""
    seen = np.where(np.isfinite(model) & (evidence > 0.0), evidence, 0.0)
    total = weight + seen
    trust = seen / np.where(total > 0.0, total, 1.0)
    return np.clip(starting + trust * (np.where(seen > 0.0, model, starting) - starting), 0.0, 1.0)


def added(wanted: str, goal: str, said: Floats) -> Floats:
    """What the proposal adds to the chance of the goal, never below 0, in the shape of `said`.

    wanted: the playbook's goal; goal: the one the gain was learned for. NaN where they are not the same: it counts for nothing.
    """
    return np.asarray(np.maximum(said, 0.0) if goal == wanted else np.full_like(said, np.nan), dtype=np.float64)


def chance(propensity: Floats, uplift: Floats | None) -> Floats:
    """(n,) what enters the price: the uplift, and the propensity where that is NaN. uplift None: the propensity everywhere."""
    return propensity if uplift is None else np.where(np.isnan(uplift), propensity, uplift)


def priority(chance: Floats, value: Floats, cost: Floats, context: Floats, lever: Floats) -> Floats:
    """(n,) chance x context x value x lever - cost; money in the tenant's currency."""
    return chance * context * value * lever - cost
