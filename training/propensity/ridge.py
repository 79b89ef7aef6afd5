"""Ridge logistic regression by Newton's method, drawn towards given coefficients instead of towards zero."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

from training.side_by_side import by_block

Vector = NDArray[np.float64]
STEPS = 8
ENOUGH = 1e-4
"""A step that gains less than this share of the loss is the last one."""
_FREE = 1e-3
"""The pull on the intercept: next to none, yet with one label only it stays finite."""


def ridge_logistic(
    z: Vector, label: Vector, weight: Vector, pull: float, start: Vector, offset: Vector | float = 0.0, first: Vector | None = None
) -> Vector:
    """(p + 1,) coefficients, intercept first, that minimise sum(weight x log loss) + pull / 2 x |coefficients - start|^2.

    z (n, p), label (n,) of 0 and 1, weight (n,), start (p + 1,), offset (n,) log-odds that are given. A step is halved while it would make things worse.
    first: where the steps begin, nearer to the end than `start` is; None: there.
    """
    penalty = np.full(z.shape[1] + 1, pull)
    penalty[0] = _FREE
    beta: Vector = (start if first is None else first).copy()
    score = offset + beta[0] + z @ beta[1:]
    loss = _loss(score, label, weight, penalty, beta - start)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-score))
        missed = weight * (chance - label)
        slope = np.concatenate([[missed.sum()], missed @ z]) + penalty * (beta - start)
        bend = _bend(z, weight * chance * (1 - chance))
        bend[np.diag_indices_from(bend)] += penalty
        step = solve(bend, slope, assume_a="pos", check_finite=False)
        along, size = step[0] + z @ step[1:], 1.0
        while (further := _loss(score - size * along, label, weight, penalty, beta - size * step - start)) > loss and size > 1e-3:
            size /= 2
        if further > loss:
            return beta
        beta, score, gained, loss = beta - size * step, score - size * along, loss - further, further
        if gained <= ENOUGH * abs(loss):
            return beta
    return beta


def _bend(z: Vector, weight: Vector) -> Vector:
    """It only steers the step: half the precision does for it. What is minimised, and its slope, stay exact. A block of rows at a time, which needs no copy of all."""
    bend, root = np.zeros((z.shape[1] + 1, z.shape[1] + 1)), np.sqrt(weight).astype(np.float32)[:, None]

    def of(block: slice) -> NDArray[np.float32]:
        light = np.ones((block.stop - block.start, len(bend)), dtype=np.float32)
        light[:, 1:] = z[block]
        light *= root[block]
        return np.asarray(light.T @ light)

    for part in by_block(of, len(z)):
        bend += part
    return bend


def _loss(score: Vector, label: Vector, weight: Vector, penalty: Vector, moved: Vector) -> float:
    return float(weight @ (np.logaddexp(0.0, score) - label * score) + 0.5 * penalty @ moved**2)
