"""The linear member: one ridge logistic regression over all actions, and per action one of its own that is drawn towards it.

An action with few answers stays at the pooled coefficients, one with many leaves them as far as its answers say: that is the borrowing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.propensity.design import Design, Places
from training.propensity.ridge import ridge_logistic
from training.side_by_side import by_column

Matrix = NDArray[np.float64]
FIRM, LIGHT = 100.0, 1.0
"""How strongly the pooled coefficients are drawn to none."""
OWN_PULL = 100.0
LEAST_ANSWERS = 50
"""An action with fewer answers has no coefficients of its own."""


@dataclass(frozen=True, slots=True)
class Regressors:
    """Rows as linear members read them, for one or several to learn from. z (n, design columns), codes (n,) of the actions; signs (design columns,): which way each may move a yes, 0 where that is not known."""

    design: Design
    action: int
    z: Matrix
    codes: Matrix
    signs: Matrix

    @classmethod
    def of(
        cls,
        x: Matrix,
        *,
        numbers: Sequence[int],
        texts: Sequence[int],
        plain: Sequence[int],
        action: int,
        signs: Sequence[int] | None = None,
    ) -> "Regressors":
        """x (n, encoded columns) with action codes from 0 in column `action`; signs: of the encoded columns, as `signs_of` gives them; None: none is known."""
        design = Design.of(x, numbers, [*texts, action], plain)
        known = np.zeros(len(design.sources))
        if signs is not None:
            known[: len(design.numbers)] = np.array(signs)[design.numbers]
        return cls(design, action, design(x), x[:, action], known)


@dataclass(frozen=True, slots=True)
class Linear:
    """coefficients: (actions + 1, design columns + 1), intercept first; the last row is the pooled one. center: (design columns,) means in training.

    action: the place of the action's code among the encoded columns.
    """

    design: Design
    action: int
    coefficients: Matrix
    center: Matrix

    @classmethod
    def fit(
        cls,
        x: Matrix,
        label: Matrix,
        *,
        numbers: Sequence[int],
        texts: Sequence[int],
        plain: Sequence[int],
        action: int,
        signs: Sequence[int] | None = None,
        weight: Matrix | None = None,
        pull: float = FIRM,
    ) -> "Linear":
        """x and the places as in `Regressors.of`, the rest as in `of`."""
        rows = Regressors.of(x, numbers=numbers, texts=texts, plain=plain, action=action, signs=signs)
        return cls.of(rows, label, weight, pull)

    @classmethod
    def of(cls, rows: Regressors, label: Matrix, weight: Matrix | None = None, pull: float = FIRM) -> "Linear":
        """label (n,) of 0 and 1; weight (n,), None: all alike."""
        z, codes, w = rows.z, rows.codes, np.ones(len(label)) if weight is None else weight
        base = float(np.clip((w @ label + 1) / (w.sum() + 2), 1e-6, 1 - 1e-6))
        pooled = _held(z, label, w, pull, np.r_[np.log(base / (1 - base)), np.zeros(z.shape[1])], rows.signs)
        actions = int(np.nanmax(codes)) + 1 if np.isfinite(codes).any() else 0
        own = by_column(lambda code: _own(z, label, w, codes == code, pooled, rows.signs), range(actions), len(z))
        return cls(rows.design, rows.action, np.stack([*own, pooled]), z.mean(axis=0))

    def predict(self, x: Matrix) -> Matrix:
        """(n,) log-odds."""
        return self.drawn(self.design(x), x[:, self.action])

    def drawn(self, z: Matrix, codes: Matrix) -> Matrix:
        """(n,) log-odds of rows drawn already: z (n, design columns) and the codes (n,) of their actions."""
        mine = self.of_actions(codes)
        return np.asarray(mine[:, 0] + np.einsum("ij,ij->i", mine[:, 1:], z), dtype=np.float64)

    def by_column(self, x: Matrix) -> tuple[Matrix, Places]:
        """(n, design columns + 1) log-odds by design column against its mean, and last what an average row has; (design columns,) their sources."""
        mine = self.of_actions(x[:, self.action])
        moved = mine[:, 1:] * (self.design(x) - self.center)
        return np.column_stack([moved, mine[:, 0] + mine[:, 1:] @ self.center]), self.design.sources

    def of_actions(self, codes: Matrix) -> Matrix:
        """For each code the coefficients that speak for it, intercept first; the pooled ones for an action nobody knows."""
        last = len(self.coefficients) - 1
        known = np.isfinite(codes) & (codes < last)
        return np.asarray(self.coefficients[np.where(known, codes, last).astype(np.intp)])

    def to_json(self) -> dict[str, object]:
        return {
            "design": self.design.to_json(),
            "action": self.action,
            "coefficients": self.coefficients.tolist(),
            "center": self.center.tolist(),
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Linear":
        return cls(
            Design.from_json(saved["design"]), int(saved["action"]), np.array(saved["coefficients"], ndmin=2), np.array(saved["center"])
        )


def _own(z: Matrix, label: Matrix, weight: Matrix, mine: NDArray[np.bool_], pooled: Matrix, known: Matrix) -> Matrix:
    if mine.sum() < LEAST_ANSWERS or mine.all():
        return pooled
    return _held(z[mine], label[mine], weight[mine], OWN_PULL, pooled, known)


def _held(z: Matrix, label: Matrix, weight: Matrix, pull: float, start: Matrix, known: Matrix) -> Matrix:
    """Coefficients that do not contradict the known signs of z's columns: what would is left at `start`, and the others learn without it."""
    silent, found = np.zeros(z.shape[1], dtype=np.bool_), None
    while True:
        found = ridge_logistic(np.where(silent, 0.0, z) if silent.any() else z, label, weight, pull, start, first=found)
        wrong = (found[1:] * known < 0) & ~silent
        if not wrong.any():
            return found
        silent |= wrong
        found[1:][silent] = start[1:][silent]
