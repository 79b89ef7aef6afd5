"""mabwiser's own LinUCB as a peer, where it is installed. Its linear Thompson sampling takes 1.5 s a decision at this width and is left out."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from serving.cli.benches.policy.asked import Asked, Pick, Told
from serving.cli.benches.policy.context import Context

Matrix = NDArray[np.float64]
ALPHA = 1.0


def installed() -> bool:
    return find_spec("mabwiser") is not None


@dataclass(slots=True)
class MabWiser:
    """A MAB over the context. Values are in hundreds, so that its curiosity has the scale its defaults were made for."""

    context: Context
    bandit: Any

    @classmethod
    def start(cls, context: Context, x: Matrix, action_ids: Sequence[str], value: Matrix, *, seed: int) -> "MabWiser":
        library = importlib.import_module("mabwiser.mab")
        bandit = library.MAB(sorted(set(action_ids)), library.LearningPolicy.LinUCB(alpha=ALPHA), seed=seed)
        bandit.fit(list(action_ids), value / 100, x)
        return cls(context, bandit)

    def choose(self, asked: Asked) -> Pick:
        hopes = self.bandit.predict_expectations([self.context.vector(asked.customer, asked.talk)])
        return Pick(max(asked.candidates, key=lambda action_id: hopes.get(action_id, -np.inf)), asked.style)

    def learn(self, told: list[Told]) -> None:
        known = [one for one in told if one.pick.action_id in self.bandit.arms]
        x = np.array([self.context.vector(one.asked.customer, one.asked.talk) for one in known])
        self.bandit.partial_fit([one.pick.action_id for one in known], np.array([one.value for one in known]) / 100, x)
