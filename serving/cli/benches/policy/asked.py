"""One question to every policy: this talk, these allowed actions, what is known of the customer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from features.customer import CustomerFeatures
from serving.decision.record import Decision
from training.talk import Talk


@dataclass(frozen=True, slots=True)
class Asked:
    """candidates: action ids the playbook allows, best by the deciding scorer first. worth: money a yes to each brings.

    decision: what Playcall's own decider said with the models this policy was given. truth: of a style, (candidates,) probabilities of a yes; for the oracles.
    """

    candidates: tuple[str, ...]
    worth: NDArray[np.float64]
    customer: CustomerFeatures
    talk: Talk
    decision: Decision
    truth: Callable[[str], NDArray[np.float64]]

    @property
    def style(self) -> str:
        """The words Playcall's decision would say it in: by the stated rules, and by the likings where its models know any."""
        return self.decision.actions[0].script.style


class Pick(NamedTuple):
    """An action, and the style it is said in."""

    action_id: str
    style: str


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one choice: value is 0 or what the yes brought."""

    asked: Asked
    pick: Pick
    value: float


class Policy(Protocol):
    """Chooses one of the candidates and its words; learns between rounds."""

    def choose(self, asked: Asked) -> Pick: ...

    def learn(self, told: list[Told]) -> None: ...
