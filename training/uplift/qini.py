"""Does the score put those whom the treatment moves before those it does not? Radcliffe (2007)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        return {"value": self.value, "low": self.low, "high": self.high}


def qini_curve(score: Vector, outcome: Vector, treated: Flags) -> tuple[Vector, Vector]:
    """(people reached, outcomes won): treating the best first, ties together, from (0, 0) on.

    Won = the treated's outcomes - the untreated's x treated / untreated, among those reached. score, outcome, treated: (n,).
    """
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    on = treated[order].astype(np.float64)
    reached_on, won_on = np.cumsum(on)[ends], np.cumsum(on * outcome[order])[ends]
    reached_off, won_off = (ends + 1) - reached_on, np.cumsum((1 - on) * outcome[order])[ends]
    share = np.divide(reached_on, reached_off, out=np.zeros_like(reached_on), where=reached_off > 0)
    return np.append(0.0, ends + 1.0), np.append(0.0, won_on - won_off * share)


def qini(score: Vector, outcome: Vector, treated: Flags) -> float:
    """The Qini coefficient of a yes-or-no outcome, normalised: area between curve and diagonal over the same area of the best curve there could be.

    The best curve reaches the treated who said yes first and the untreated who said yes last (negative effects allowed). 1 is perfect, 0 is chance.
    """
    best = _area(np.where(treated, outcome, -outcome), outcome, treated)
    return _area(score, outcome, treated) / best if best else 0.0


def _area(score: Vector, outcome: Vector, treated: Flags) -> float:
    reached, won = qini_curve(score, outcome, treated)
    return float(np.trapezoid(won, reached) - reached[-1] * won[-1] / 2)


def bootstrap(
    scores: Mapping[str, Vector], outcome: Vector, treated: Flags, rounds: int = 300, seed: int = 1
) -> tuple[dict[str, Interval], dict[tuple[str, str], Interval]]:
    """Qini by score, and its difference for each pair of scores (first minus second), all on the same draws of people.

    Treated and untreated are drawn apart, so that every draw has as many of each. Intervals are percentiles.
    """
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(treated), np.flatnonzero(~treated)]
    drawn: dict[str, list[float]] = {name: [] for name in scores}
    for _ in range(rounds):
        people = np.concatenate([rng.choice(group, len(group)) for group in groups])
        for name, score in scores.items():
            drawn[name].append(qini(score[people], outcome[people], treated[people]))
    value = {name: qini(score, outcome, treated) for name, score in scores.items()}
    single = {name: _interval(value[name], np.array(drawn[name])) for name in scores}
    pairs = [(one, other) for one in scores for other in scores if one != other]
    return single, {pair: _interval(value[pair[0]] - value[pair[1]], np.subtract(drawn[pair[0]], drawn[pair[1]])) for pair in pairs}


def _interval(value: float, drawn: Vector) -> Interval:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(value, float(low), float(high))
