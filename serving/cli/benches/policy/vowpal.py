"""Vowpal Wabbit's contextual bandit as a peer, where it is installed: an arm is an action in a style, and what it is likely to choose is drawn from."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.simulator.words import STYLES
from serving.cli.benches.policy.asked import Asked, Pick, Told
from serving.cli.benches.policy.context import Context

Matrix = NDArray[np.float64]
HUNDRED = 100.0
"""Yuan: costs are in hundreds, which is the scale its learning rate was made for."""
ARGUMENTS = "--cb_explore_adf --cb_type mtr --epsilon 0.05 -q ca -q cs --quiet"
"""Its usual regression of costs, with a customer's columns crossed with the action and with the style."""


def installed() -> bool:
    return find_spec("vowpalwabbit") is not None


@dataclass(slots=True)
class VowpalWabbit:
    context: Context
    workspace: Any
    rng: np.random.Generator

    @classmethod
    def start(cls, context: Context, x: Matrix, picks: Sequence[Pick], value: Matrix, *, rng: np.random.Generator) -> "VowpalWabbit":
        """Learn the past log: (n, columns), n picks, (n,) values."""
        made = cls(context, importlib.import_module("vowpalwabbit").Workspace(ARGUMENTS), rng)
        for row, pick, brought in zip(x, picks, value, strict=True):
            made._learn(row, pick, brought)
        return made

    def choose(self, asked: Asked) -> Pick:
        picks = [Pick(action_id, style) for action_id in asked.candidates for style in STYLES]
        chances = self.workspace.predict([_shared(self.context.vector(asked.customer, asked.talk)), *map(_arm, picks)])
        likely = np.array(chances) / sum(chances)
        return picks[int(self.rng.choice(len(picks), p=likely))]

    def learn(self, told: list[Told]) -> None:
        for one in told:
            self._learn(self.context.vector(one.asked.customer, one.asked.talk), one.pick, one.value)

    def _learn(self, row: Matrix, pick: Pick, value: float) -> None:
        """Its regression of costs is asked for the arm that was chosen alone: every choice counts alike."""
        self.workspace.learn([_shared(row), f"0:{-value / HUNDRED:.4f}:1 {_arm(pick)}"])


def _shared(row: Matrix) -> str:
    return "shared |c " + " ".join([f"{place}:{value:.4f}" for place, value in enumerate(row.tolist()) if value])


def _arm(pick: Pick) -> str:
    return f"|a {pick.action_id} |s {pick.style}"
