"""A saved model as a function: the same numbers as the model's own predict, without its cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from features.customer import CustomerFeatures
from training.talk import Talk


@dataclass(frozen=True, slots=True)
class Liking:
    """Of a style of words, by this person in this talk: shift in log-odds on the propensity, and from how many yeses to the style it was learned."""

    shift: float
    yes: int


@dataclass(frozen=True, slots=True)
class Gain:
    """What proposing an action adds. goal: what is to happen, in the playbook's words; uplift in [-1, 1]: its chance with the proposal, minus without."""

    goal: str
    uplift: float


@dataclass(frozen=True, slots=True)
class Scores:
    """For n actions: propensity (n,) calibrated probability of acceptance if proposed; evidence (n,) answered proposals of the action in training, 0 for an action never seen.

    likings: by style, empty where the model knows of none. gains: by action id, of those of the actions an uplift was kept for.
    """

    propensity: NDArray[np.float64]
    evidence: NDArray[np.float64]
    likings: Mapping[str, Liking] = field(default_factory=dict)
    gains: Mapping[str, Gain] = field(default_factory=dict)


class Scorer(Protocol):
    """What the decision asks of a model."""

    @property
    def version(self) -> str: ...

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        """Never NaN. Unknown actions get evidence 0 and any finite propensity."""
        ...

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        """The features that moved this propensity most, in log-odds, largest first by size."""
        ...
