"""One question to every policy: this talk, these allowed actions, what is known of the customer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from features.customer import CustomerFeatures
from serving.decision.record import Decision
from training.talk import Talk


@dataclass(frozen=True, slots=True)
class Asked:
    """candidates: action ids the playbook allows, best by the deciding scorer first. worth: money a yes to each brings.

    decision: what Playcall's own decider said with the models this policy was given. truth: (candidates,) probabilities of a yes; for the oracles.
    """

    candidates: tuple[str, ...]
    worth: NDArray[np.float64]
    customer: CustomerFeatures
    talk: Talk
    decision: Decision
    truth: Callable[[], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one choice: value is 0 or what the yes brought."""

    asked: Asked
    action_id: str
    value: float


class Policy(Protocol):
    """Chooses one of the candidates; learns between rounds."""

    def choose(self, asked: Asked) -> str: ...

    def learn(self, told: list[Told]) -> None: ...
