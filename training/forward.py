"""Which recipe? Each candidate learns from the older rows and is judged on the ones that follow, as it will be in service."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from training.adversarial import DATED, adversarial_auc
from training.columns import ACTION, Columns
from training.evaluation.losses import losses
from training.propensity.blend import Recipe, fit_boosting, mixed, recency, regressors, times
from training.propensity.boosting import ROUNDS
from training.propensity.linear import Linear
from training.side_by_side import side_by_side
from training.talk import RECENT_NUMBERS

Matrix = NDArray[np.float64]
FOLDS = ((0.4, 0.6), (0.6, 0.8), (0.8, 1.0))
"""Each learns from the rows before the first share of the time order and is judged on those up to the second."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
HALF_LIFE = 0.25
"""Of the rows: the recency that is tried beside counting all alike."""
SELECT_ROWS = 20_000
"""Recipes are compared on the newest so many rows."""


Tuned = tuple[tuple[str, float], ...]
Search = Callable[[Callable[[Tuned], float], int], Sequence[tuple[Tuned, float]]]
"""Asks for the loss of settings of LightGBM, with a seed, and gives every trial with its loss; ours are no settings at all."""


@dataclass(frozen=True, slots=True)
class Choice:
    """recipe, and its name among the candidates; loss: mean log loss of every candidate over the folds, by name; auc: the adversarial area of every column.

    ahead: by fold, (log-odds, label) of the chosen recipe on rows its members had not seen, to calibrate on.
    trials: what a search tried, with the loss of the best candidate of each; empty without one.
    """

    recipe: Recipe
    name: str
    loss: Mapping[str, float]
    auc: Mapping[str, float]
    ahead: Sequence[tuple[Matrix, Matrix]]
    trials: Sequence[tuple[Tuned, float]] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recipe, and by fold what it said of the rows that follow, in log-odds."""

    recipe: Recipe
    ahead: list[Matrix]


@dataclass(frozen=True, slots=True)
class Fold:
    """older (n, columns) with answers (n,) to learn from, newer (m, columns) with later (m,) to be judged by; weights: None: all alike."""

    older: Matrix
    answers: Matrix
    newer: Matrix
    later: Matrix
    weight: Matrix | None
    later_weight: Matrix | None


Sets = tuple[tuple[str, ...], ...]
Said = tuple[dict[float | None, list[Matrix]], dict[int, list[Matrix]]]
"""Of a fold's newer rows (m,) log-odds, one a set of columns: of the linear members by half-life, and of the trees by their number of rounds."""


def choose(columns: Columns, x: Matrix, label: Matrix, seed: int, search: Search | None = None, weight: Matrix | None = None) -> Choice:
    """The plainest recipe that the forward folds do not tell from the best. x (n, columns), oldest first. search: over LightGBM's settings, too.

    weight: (n,) of the rows, to learn by and to judge by; None: all alike.
    """
    x, label, weight = x[-SELECT_ROWS:], label[-SELECT_ROWS:], None if weight is None else weight[-SELECT_ROWS:]
    auc = dict(zip(columns.names, adversarial_auc(x, columns.categorical).tolist(), strict=True))
    dated = tuple(name for name, value in auc.items() if value >= DATED and name not in {ACTION, *RECENT_NUMBERS})
    sets: Sets = ((), dated) if dated else ((),)
    folds = _folds(x, label, weight)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        linear = pool.map(partial(_linear, columns, sets, HALF_LIFE * len(label)), folds)
        ours = pool.map(partial(_trees, columns, sets, seed, ()), folds)
        linears, untuned = list(linear), list(ours)

    def judged(tuned: Tuned) -> tuple[dict[str, Candidate], dict[str, Matrix]]:
        trees = side_by_side(partial(_trees, columns, sets, seed, tuned), folds) if tuned else untuned
        candidates = _candidates(sets, tuned, list(zip(linears, trees, strict=True)))
        return candidates, {name: _losses(one, folds) for name, one in candidates.items()}

    trials = [] if search is None else list(search(lambda tuned: min(loss.mean() for loss in judged(tuned)[1].values()), seed))
    candidates, loss = judged(min(trials, key=lambda trial: trial[1])[0] if trials else ())
    name = plainest({name: (one.recipe.tree_share, loss[name]) for name, one in candidates.items()})
    ahead = [(said, fold.later) for said, fold in zip(candidates[name].ahead, folds, strict=True)]
    return Choice(candidates[name].recipe, name, {name: float(found.mean()) for name, found in loss.items()}, auc, ahead, trials)


def plainest(judged: Mapping[str, tuple[float, Matrix]]) -> str:
    """By name a share of trees and the losses by fold. Of those that are behind the best by no more than a standard error: the fewest trees, then the lowest mean.

    The error is that of the paired difference over the folds: what only one of them says is believed less. Breiman et al. (1984), the 1 SE rule.
    """
    best = min((losses for _, losses in judged.values()), key=lambda losses: float(losses.mean()))
    behind = {name: losses - best for name, (_, losses) in judged.items()}
    tied = [name for name, gap in behind.items() if gap.mean() <= gap.std(ddof=1) / np.sqrt(len(gap))]
    return min(tied, key=lambda name: (judged[name][0], float(judged[name][1].mean())))


def _folds(x: Matrix, label: Matrix, weight: Matrix | None) -> list[Fold]:
    ends = [(int(start * len(label)), int(end * len(label))) for start, end in FOLDS]
    weights = [(None, None) if weight is None else (weight[:first], weight[first:last]) for first, last in ends]
    return [
        Fold(x[:first], label[:first], x[first:last], label[first:last], *both) for (first, last), both in zip(ends, weights, strict=True)
    ]


def _linear(columns: Columns, sets: Sets, half_life: float, fold: Fold) -> dict[float | None, list[Matrix]]:
    """Without and with recency; what both learn from, and are asked, is drawn once."""
    said: dict[float | None, list[Matrix]] = {None: [], half_life: []}
    for dropped in sets:
        rows = regressors(columns, fold.older, dropped)
        asked, codes = rows.design(fold.newer), fold.newer[:, rows.action]
        for life, scores in said.items():
            weight = times(recency(len(fold.answers), life), fold.weight)
            scores.append(Linear.of(rows, fold.answers, weight).drawn(asked, codes))
    return said


def _trees(columns: Columns, sets: Sets, seed: int, tuned: Tuned, fold: Fold) -> dict[int, list[Matrix]]:
    fitted = [
        fit_boosting(columns, fold.older, fold.answers, dropped, ROUNDS[-1], seed, dict(tuned), weight=fold.weight) for dropped in sets
    ]
    return {rounds: [one.predict(fold.newer, rounds) for one in fitted] for rounds in ROUNDS}


def _candidates(sets: Sets, tuned: Tuned, said: Sequence[Said]) -> dict[str, Candidate]:
    """Members are fitted once a fold; the candidates differ in how they are put together."""
    made: dict[str, Candidate] = {}
    for linears, trees in said:
        for (half_life, linear), rounds, share in product(linears.items(), ROUNDS, SHARES):
            recipe = Recipe(sets, rounds, share, half_life, tuned)
            made.setdefault(_name(recipe), Candidate(recipe, [])).ahead.append(mixed(linear, trees[rounds], share))
    return made


def _losses(candidate: Candidate, folds: Sequence[Fold]) -> Matrix:
    """(folds,) mean log losses."""
    said = zip(candidate.ahead, folds, strict=True)
    return np.array([np.average(losses(fold.later, 1 / (1 + np.exp(-score))), weights=fold.later_weight) for score, fold in said])


def _name(recipe: Recipe) -> str:
    recent = "all rows alike" if recipe.half_life is None else "newer rows count more"
    return f"{recipe.tree_share:.2f} trees of {recipe.rounds} rounds, linear with {recent}"
