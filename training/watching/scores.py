"""Do the champion's scores lie as they did in training, and do they still separate?"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.drift import picture, psi
from training.evaluation.calibration import reliability
from training.evaluation.discrimination import lift_by_decile
from training.evaluation.groups import LEAST_ANSWERS

BINS = 20
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoreDrift:
    """edges: (21,) of the bins; before, now: (20,) shares of the proposals in each."""

    psi: float
    edges: tuple[float, ...]
    before: tuple[float, ...]
    now: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """lift: of each tenth of the ranking, best first. reliability: (said, seen) by tenth. Both empty with too few answers."""

    lift: tuple[float, ...]
    reliability: tuple[tuple[float, float], ...]


def score_drift(learned: Vector, since: Vector) -> ScoreDrift:
    """Probabilities of the same model at the same level of the day, over the two populations."""
    then = picture(pa.chunked_array([learned]))
    top = float(max(learned.max(initial=0.01), since.max(initial=0.01)))
    edges = np.linspace(0, top, BINS + 1)
    return ScoreDrift(
        psi(then, picture(pa.chunked_array([since]), then.edges)), tuple(edges.tolist()), _shares(learned, edges), _shares(since, edges)
    )


def ranking(label: Vector, said: Vector) -> Ranking:
    """label (n,) of 0, 1 or NaN; said (n,)."""
    told = np.isfinite(label) & np.isfinite(said)
    label, said = label[told], said[told]
    if len(label) < LEAST_ANSWERS or not label.any():
        return Ranking((), ())
    return Ranking(tuple(lift_by_decile(label, said)), tuple(reliability(label, said)))


def _shares(scores: Vector, edges: Vector) -> tuple[float, ...]:
    return tuple((np.histogram(scores, edges)[0] / max(len(scores), 1)).tolist())
