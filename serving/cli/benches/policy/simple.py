"""Policies that need no model: the floor, the usual ways, and the ceiling."""

from dataclasses import dataclass

import numpy as np

from features.simulator.words import STYLES
from serving.cli.benches.policy.asked import Asked, Pick, Told


@dataclass(slots=True)
class First:
    """Playcall's own decision: rank 1, exploration and control group included. Without a model it is the static rule book of the playbook's figures."""

    def choose(self, asked: Asked) -> Pick:
        return Pick(asked.decision.actions[0].action_id, asked.style)

    def learn(self, told: list[Told]) -> None:
        pass


@dataclass(slots=True)
class Chance:
    """Any of the allowed ones."""

    rng: np.random.Generator

    def choose(self, asked: Asked) -> Pick:
        return Pick(str(self.rng.choice(asked.candidates)), asked.style)

    def learn(self, told: list[Told]) -> None:
        pass


@dataclass(slots=True)
class MostPopular:
    """The allowed action that brought most per proposal so far. brought, shown: by action, from the past log on."""

    brought: dict[str, float]
    shown: dict[str, int]

    def choose(self, asked: Asked) -> Pick:
        best = max(asked.candidates, key=lambda action: self.brought.get(action, 0.0) / max(self.shown.get(action, 0), 1))
        return Pick(best, asked.style)

    def learn(self, told: list[Told]) -> None:
        for one in told:
            action_id = one.pick.action_id
            self.brought[action_id] = self.brought.get(action_id, 0.0) + one.value
            self.shown[action_id] = self.shown.get(action_id, 0) + 1


@dataclass(slots=True)
class Oracle:
    """Knows every probability of a yes, and takes the best expected value of this talk; in_words: the best style, too."""

    in_words: bool = False

    def choose(self, asked: Asked) -> Pick:
        styles = STYLES if self.in_words else (asked.style,)
        value = np.stack([asked.truth(style) * asked.worth for style in styles])
        style, candidate = np.unravel_index(int(np.argmax(value)), value.shape)
        return Pick(asked.candidates[candidate], styles[style])

    def learn(self, told: list[Told]) -> None:
        pass
