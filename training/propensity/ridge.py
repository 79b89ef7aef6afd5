"""Ridge logistic regression by Newton's method, drawn towards given coefficients instead of towards zero."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

Vector = NDArray[np.float64]
STEPS = 8
ENOUGH = 1e-4
"""A step that gains less than this share of the loss is the last one."""
_FREE = 1e-3
"""The pull on the intercept: next to none, yet with one label only it stays finite."""


def ridge_logistic(z: Vector, label: Vector, weight: Vector, pull: float, start: Vector, offset: Vector | float = 0.0) -> Vector:
    """(p + 1,) coefficients, intercept first, that minimise sum(weight x log loss) + pull / 2 x |coefficients - start|^2.

    z (n, p), label (n,) of 0 and 1, weight (n,), start (p + 1,), offset (n,) log-odds that are given. A step is halved while it would make things worse.
    """
    design = np.column_stack([np.ones(len(z)), z])
    penalty = np.full(design.shape[1], pull)
    penalty[0] = _FREE
    light = design.astype(np.float32)
    beta: Vector = start.copy()
    loss = _loss(design, label, weight, penalty, beta, start, offset)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(offset + design @ beta)))
        slope = design.T @ (weight * (chance - label)) + penalty * (beta - start)
        # The bend only steers the step: half the precision does for it. What is minimised, and its slope, stay exact.
        bend = ((light * (weight * chance * (1 - chance)).astype(np.float32)[:, None]).T @ light).astype(np.float64)
        bend[np.diag_indices_from(bend)] += penalty
        step = solve(bend, slope, assume_a="pos", check_finite=False)
        size = 1.0
        while (further := _loss(design, label, weight, penalty, beta - size * step, start, offset)) > loss and size > 1e-3:
            size /= 2
        if further > loss:
            return beta
        beta, gained, loss = beta - size * step, loss - further, further
        if gained <= ENOUGH * abs(loss):
            return beta
    return beta


def _loss(design: Vector, label: Vector, weight: Vector, penalty: Vector, beta: Vector, start: Vector, offset: Vector | float) -> float:
    score = offset + design @ beta
    return float(weight @ (np.logaddexp(0.0, score) - label * score) + 0.5 * penalty @ (beta - start) ** 2)
