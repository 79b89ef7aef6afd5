"""Logs whose truth is known, drawn by numpy alone."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from training.replay.log import BanditLog


@dataclass(frozen=True)
class World:
    """A pool of contexts: chance (pool, actions) of a reward, worth (actions,) of one, logging and target policies (pool, actions)."""

    chance: np.ndarray
    worth: np.ndarray
    logging: np.ndarray
    target: np.ndarray

    @property
    def value(self) -> float:
        """What the target brings per row over the pool."""
        return float((self.target * self.chance * self.worth).sum(axis=1).mean())

    def draw(self, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(context, action, reward) of a log of this many rows."""
        context = rng.integers(0, len(self.chance), rows)
        action = (rng.random(rows)[:, None] > self.logging[context].cumsum(axis=1)).sum(axis=1).clip(0, self.chance.shape[1] - 1)
        reward = (rng.random(rows) < self.chance[context, action]) * self.worth[action]
        return context, action, reward

    def log(self, rows: int, rng: np.random.Generator) -> tuple[BanditLog, np.ndarray]:
        """As the product's log type, with the context's number as context, and the target in each row."""
        context, action, reward = self.draw(rows, rng)
        names = tuple(f"a{slot}" for slot in range(self.chance.shape[1]))
        told = pa.table({"context": pa.array(context.astype(float))})
        return BanditLog(names, action, reward, self.logging[context].copy(), np.arange(rows), told), self.target[context]


def softmax(score: np.ndarray) -> np.ndarray:
    return np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)


def hand_made(seed: int = 3, pool: int = 40, actions: int = 5) -> World:
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.05, 0.5, (pool, actions))
    worth = rng.uniform(1, 8, actions)
    return World(chance, worth, softmax(rng.normal(0, 0.6, (pool, actions))), softmax(0.8 * chance * worth))
