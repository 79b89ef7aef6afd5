"""The logged random policy of the past: what it could choose from, and with which probability it chose."""

from dataclasses import dataclass

import numpy as np

from features.simulator.dice import Flags, Floats, Ints
from features.simulator.scenes import Scenes
from features.simulator.words import ACTIONS, CHANNELS, PROPOSING_CHANNELS

RANKS = 3
_CARING = np.array([action.kind in {"recover", "serve"} for action in ACTIONS])
_RECOVERING = np.array([action.kind == "recover" for action in ACTIONS])
_PROMOTIONAL = np.array([action.promotional for action in ACTIONS])
_PUSH = np.array([action.push for action in ACTIONS])
_PROPOSES = np.array([channel in PROPOSING_CHANNELS for channel in CHANNELS])


@dataclass(frozen=True, slots=True)
class Ranking:
    """action: (n, 3) index, -1 where fewer were chosen. probability: (n, 3) of choosing it at its rank given the ranks above."""

    action: Ints
    probability: Floats


def eligible(scenes: Scenes, may_market: Flags) -> Flags:
    """(n, actions). Decided by what stands in the tables alone.

    An open matter, a bad mood or a complaint leave only care and service; amends need a reason; promotion needs consent.
    """
    closed = scenes.resolved & (scenes.sentiment >= -0.3) & ~scenes.complaint
    amends = (scenes.sentiment < 0.0) | (scenes.wait >= 60) | (scenes.transfers > 0) | scenes.complaint | ~scenes.resolved
    allowed: Flags = closed[:, None] | _CARING
    allowed &= amends[:, None] | ~_RECOVERING
    allowed &= may_market[:, None] | ~_PROMOTIONAL
    allowed &= _PROPOSES[scenes.channel][:, None]
    return allowed


def rank(allowed: Flags, rng: np.random.Generator) -> Ranking:
    """One to three of the allowed actions, drawn one after another without replacement in proportion to their push (Plackett-Luce)."""
    weights = allowed * _PUSH
    action = np.full((len(allowed), RANKS), -1, dtype=np.int64)
    probability = np.zeros((len(allowed), RANKS))
    wanted = 1 + (rng.random(len(allowed)) < 0.7) + (rng.random(len(allowed)) < 0.5)
    for place in range(RANKS):
        sums = weights.cumsum(axis=1)
        rows = np.flatnonzero((sums[:, -1] > 0) & (wanted > place))
        draw = rng.random(len(rows)) * sums[rows, -1]
        chosen = (sums[rows] <= draw[:, None]).sum(axis=1)
        action[rows, place] = chosen
        probability[rows, place] = weights[rows, chosen] / sums[rows, -1]
        weights[rows, chosen] = 0.0
    return Ranking(action, probability)
