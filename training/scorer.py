"""A saved model as a function: the same numbers as the model's own predict, without its cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from features.customer import CustomerFeatures
from training.talk import Talk


@dataclass(frozen=True, slots=True)
class Scores:
    """For n actions: propensity (n,) calibrated probability of acceptance if proposed; evidence (n,) answered proposals of the action in training, 0 for an action never seen."""

    propensity: NDArray[np.float64]
    evidence: NDArray[np.float64]


class Scorer(Protocol):
    """What the decision asks of a model."""

    @property
    def version(self) -> str: ...

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        """Never NaN. Unknown actions get evidence 0 and any finite propensity."""
        ...

    def score_many(self, asked: Sequence[tuple[CustomerFeatures, Talk, Sequence[str]]]) -> list[Scores]:
        """`score` of many talks at once, for who replays a log."""
        ...

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        """The features that moved this propensity most, in log-odds, largest first by size."""
        ...
