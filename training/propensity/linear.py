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

Matrix = NDArray[np.float64]
FIRM, LIGHT = 100.0, 1.0
"""How strongly the pooled coefficients are drawn to none."""
OWN_PULL = 100.0
LEAST_ANSWERS = 50
"""An action with fewer answers has no coefficients of its own."""
MOST_CANDIDATES = 1024
"""Rows from here on are a table and not the candidates of one customer."""


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
        weight: Matrix | None = None,
        pull: float = FIRM,
    ) -> "Linear":
        """x (n, encoded columns) with action codes from 0 in column `action`; label (n,) of 0 and 1."""
        design = Design.of(x, numbers, [*texts, action], plain)
        z, w = design(x), np.ones(len(label)) if weight is None else weight
        base = float(np.clip((w @ label + 1) / (w.sum() + 2), 1e-6, 1 - 1e-6))
        pooled = ridge_logistic(z, label, w, pull, np.r_[np.log(base / (1 - base)), np.zeros(z.shape[1])])
        codes = x[:, action]
        actions = int(np.nanmax(codes)) + 1 if np.isfinite(codes).any() else 0
        rows = [_own(z, label, w, codes == code, pooled) for code in range(actions)]
        return cls(design, action, np.stack([*rows, pooled]), z.mean(axis=0))

    def predict(self, x: Matrix) -> Matrix:
        """(n,) log-odds. What the candidates of one customer share is worked out once."""
        if self._one_customer(x):
            return self._by_action(x)
        mine = self._rows(x[:, self.action])
        return np.asarray(mine[:, 0] + np.einsum("ij,ij->i", mine[:, 1:], self.design(x)), dtype=np.float64)

    def _one_customer(self, x: Matrix) -> bool:
        """Whether the rows, two at least, differ in the action alone."""
        if not 1 < len(x) <= MOST_CANDIDATES:
            return False
        bits = np.ascontiguousarray(x).view(np.int64)
        same = (bits == bits[0]).all(axis=0)
        same[self.action] = True
        return bool(same.all())

    def _by_action(self, x: Matrix) -> Matrix:
        own = self.design.words[:, 0] == self.action
        first = self.coefficients.shape[1] - len(own)
        row = self.design(x[:1])[0]
        row[first - 1 :][own] = 0.0
        score = self.coefficients[:, 0] + self.coefficients[:, 1:] @ row
        codes = self.design.words[own, 1]
        score[codes] += self.coefficients[codes, first + np.flatnonzero(own)]
        return np.asarray(score[self._places(x[:, self.action])], dtype=np.float64)

    def by_column(self, x: Matrix) -> tuple[Matrix, Places]:
        """(n, design columns + 1) log-odds by design column against its mean, and last what an average row has; (design columns,) their sources."""
        mine = self._rows(x[:, self.action])
        moved = mine[:, 1:] * (self.design(x) - self.center)
        return np.column_stack([moved, mine[:, 0] + mine[:, 1:] @ self.center]), self.design.sources

    def _rows(self, codes: Matrix) -> Matrix:
        return np.asarray(self.coefficients[self._places(codes)])

    def _places(self, codes: Matrix) -> Places:
        """For each code the row of its coefficients; the pooled one for an action nobody knows."""
        last = len(self.coefficients) - 1
        known = np.isfinite(codes) & (codes < last)
        return np.where(known, codes, last).astype(np.intp)

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


def _own(z: Matrix, label: Matrix, weight: Matrix, mine: NDArray[np.bool_], pooled: Matrix) -> Matrix:
    if mine.sum() < LEAST_ANSWERS or mine.all():
        return pooled
    return ridge_logistic(z[mine], label[mine], weight[mine], OWN_PULL, pooled)
