"""Policies that need no model: the floor, the usual ways, and the ceiling."""

from dataclasses import dataclass

import numpy as np

from serving.cli.benches.policy.asked import Asked, Told


@dataclass(slots=True)
class First:
    """Playcall's own decision: rank 1, exploration and control group included. Without a model it is the static rule book of the playbook's figures."""

    def choose(self, asked: Asked) -> str:
        return asked.decision.actions[0].action_id

    def learn(self, told: list[Told]) -> None:
        pass


@dataclass(slots=True)
class Chance:
    """Any of the allowed ones."""

    rng: np.random.Generator

    def choose(self, asked: Asked) -> str:
        return str(self.rng.choice(asked.candidates))

    def learn(self, told: list[Told]) -> None:
        pass


@dataclass(slots=True)
class MostPopular:
    """The allowed action that brought most per proposal so far. brought, shown: by action, from the past log on."""

    brought: dict[str, float]
    shown: dict[str, int]

    def choose(self, asked: Asked) -> str:
        return max(asked.candidates, key=lambda action: self.brought.get(action, 0.0) / max(self.shown.get(action, 0), 1))

    def learn(self, told: list[Told]) -> None:
        for one in told:
            self.brought[one.action_id] = self.brought.get(one.action_id, 0.0) + one.value
            self.shown[one.action_id] = self.shown.get(one.action_id, 0) + 1


@dataclass(slots=True)
class Oracle:
    """Knows every probability of a yes, and takes the best expected value of this talk."""

    def choose(self, asked: Asked) -> str:
        return asked.candidates[int(np.argmax(asked.truth() * asked.worth))]

    def learn(self, told: list[Told]) -> None:
        pass
