"""LinUCB and linear Thompson sampling, a ridge regression per action: the field's usual contextual bandits, started on the same past log."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from serving.cli.benches.policy.asked import Asked, Pick, Told
from serving.cli.benches.policy.context import Context

Matrix = NDArray[np.float64]


@dataclass(slots=True)
class Ridge:
    """One action's regression of value on context. Li et al. (2010)."""

    covariance: Matrix
    moment: Matrix
    inverse: Matrix
    weights: Matrix
    factor: Matrix

    @classmethod
    def empty(cls, columns: int) -> "Ridge":
        unit = np.eye(columns)
        return cls(unit.copy(), np.zeros(columns), unit.copy(), np.zeros(columns), unit.copy())

    def learn(self, x: Matrix, value: Matrix) -> None:
        self.covariance += x.T @ x
        self.moment += x.T @ value
        self.inverse = np.asarray(np.linalg.inv(self.covariance), dtype=np.float64)
        self.weights = self.inverse @ self.moment
        self.factor = np.asarray(np.linalg.cholesky((self.inverse + self.inverse.T) / 2), dtype=np.float64)


@dataclass(slots=True)
class LinearBandit:
    """spread: how curious. With rng it samples the weights (Thompson), without it adds the width to the mean (LinUCB)."""

    context: Context
    spread: float
    rng: np.random.Generator | None = None
    arms: dict[str, Ridge] = field(default_factory=dict)

    def start(self, x: Matrix, action_ids: Sequence[str], value: Matrix) -> "LinearBandit":
        """Learn the past log: (n, columns), n actions, (n,) values."""
        named = np.array(action_ids)
        for action_id in sorted(set(action_ids)):
            self._arm(action_id).learn(x[named == action_id], value[named == action_id])
        return self

    def choose(self, asked: Asked) -> Pick:
        return Pick(self.best(asked.candidates, asked), asked.style)

    def best(self, arms: Sequence[str], asked: Asked) -> str:
        """The arm it hopes most of in this talk."""
        x = self.context.vector(asked.customer, asked.talk)
        return max(arms, key=lambda name: self._hope(self._arm(name), x))

    def learn(self, told: list[Told]) -> None:
        x = np.array([self.context.vector(one.asked.customer, one.asked.talk) for one in told])
        self.start(x, [one.pick.action_id for one in told], np.array([one.value for one in told]))

    def _arm(self, action_id: str) -> Ridge:
        if action_id not in self.arms:
            self.arms[action_id] = Ridge.empty(1 + len(self.context.numbers) + len(self.context.words))
        return self.arms[action_id]

    def _hope(self, arm: Ridge, x: Matrix) -> float:
        if self.rng is None:
            return float(arm.weights @ x + self.spread * np.sqrt(x @ arm.inverse @ x))
        return float((arm.weights + self.spread * arm.factor @ self.rng.standard_normal(len(x))) @ x)
