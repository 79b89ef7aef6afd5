"""Random numbers of the world: one stream a concern, so that a change in one does not stir the others."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

STREAMS = ("people", "profile", "life", "spending", "trail", "identities", "contacts")


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator of one concern of one world."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, STREAMS.index(name)])))


def pick_rows(cumulative: Floats, rng: np.random.Generator) -> Ints:
    """One choice per row. cumulative: (n, k) running sums of probabilities, last column 1. Returns (n,) in [0, k)."""
    draw = rng.random((len(cumulative), 1), dtype=np.float32)
    picked: Ints = (cumulative[:, :-1] <= draw).sum(axis=1, dtype=np.int64)
    return picked


def running(weights: Floats) -> Floats:
    """(n, k) non-negative weights as running sums of probabilities, for pick_rows."""
    sums = np.cumsum(weights, axis=1)
    shares: Floats = sums / sums[:, -1:]
    return shares


def sigmoid(score: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0)))
