"""Words for a policy that chooses actions alone: a linear bandit of its own over the styles, a yes counting 1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.simulator.words import STYLES
from serving.cli.benches.policy.asked import Asked, Pick, Policy, Told
from serving.cli.benches.policy.linear import LinearBandit

Matrix = NDArray[np.float64]
STYLE_SPREAD = 0.2
"""How curious a linear bandit over yeses is."""


@dataclass(slots=True)
class Styled:
    """The action is the policy's, the style the bandit's."""

    policy: Policy
    styles: LinearBandit

    @classmethod
    def start(cls, policy: Policy, styles: LinearBandit, x: Matrix, said: Sequence[str], yes: Matrix) -> "Styled":
        """x (n, columns), n styles and (n,) answers of 0 and 1 of the past log."""
        return cls(policy, styles.start(x, said, yes))

    def choose(self, asked: Asked) -> Pick:
        return Pick(self.policy.choose(asked).action_id, self.styles.best(STYLES, asked))

    def learn(self, told: list[Told]) -> None:
        self.policy.learn(told)
        x = np.array([self.styles.context.vector(one.asked.customer, one.asked.talk) for one in told])
        self.styles.start(x, [one.pick.style for one in told], np.array([float(one.value > 0) for one in told]))
