"""Which recipe? Each candidate learns from the older rows and is judged on the ones that follow, as it will be in service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from training.adversarial import DATED, adversarial_auc
from training.columns import ACTION, Columns
from training.evaluation.losses import losses
from training.propensity.blend import Recipe, fit_boosting, fit_linear, mixed, recency
from training.propensity.boosting import ROUNDS
from training.talk import RECENT_NUMBERS

Matrix = NDArray[np.float64]
FOLDS = ((0.4, 0.6), (0.6, 0.8), (0.8, 1.0))
"""Each learns from the rows before the first share of the time order and is judged on those up to the second."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
HALF_LIFE = 0.25
"""Of the rows: the recency that is tried beside counting all alike."""
SELECT_ROWS = 20_000
"""Recipes are compared on the newest so many rows."""


@dataclass(frozen=True, slots=True)
class Choice:
    """recipe; loss: mean log loss of every candidate over the folds, by name; auc: the adversarial area of every column.

    ahead: by fold, (log-odds, label) of the chosen recipe on rows its members had not seen, to calibrate on.
    """

    recipe: Recipe
    loss: Mapping[str, float]
    auc: Mapping[str, float]
    ahead: Sequence[tuple[Matrix, Matrix]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recipe, and by fold what it said of the rows that follow, in log-odds."""

    recipe: Recipe
    ahead: list[Matrix]


def choose(columns: Columns, x: Matrix, label: Matrix, seed: int) -> Choice:
    """The recipe with the lowest mean log loss over the forward folds. x (n, columns), oldest first."""
    x, label = x[-SELECT_ROWS:], label[-SELECT_ROWS:]
    auc = dict(zip(columns.names, adversarial_auc(x, columns.categorical).tolist(), strict=True))
    dated = tuple(name for name, value in auc.items() if value >= DATED and name not in {ACTION, *RECENT_NUMBERS})
    sets: tuple[tuple[str, ...], ...] = ((), dated) if dated else ((),)
    later = [label[first:last] for first, last in _folds(len(label))]
    candidates = _candidates(columns, x, label, sets, seed)
    loss = {name: _loss(one.ahead, later) for name, one in candidates.items()}
    best = candidates[min(loss, key=loss.__getitem__)]
    return Choice(best.recipe, loss, auc, list(zip(best.ahead, later, strict=True)))


def _candidates(columns: Columns, x: Matrix, label: Matrix, sets: tuple[tuple[str, ...], ...], seed: int) -> dict[str, Candidate]:
    """Members are fitted once a fold; the candidates differ in how they are put together."""
    made: dict[str, Candidate] = {}
    for first, last in _folds(len(label)):
        older, newer, answers = x[:first], x[first:last], label[:first]
        boosted = [fit_boosting(columns, older, answers, dropped, ROUNDS[-1], seed) for dropped in sets]
        trees = {rounds: [one.predict(newer, rounds) for one in boosted] for rounds in ROUNDS}
        for half_life in (None, HALF_LIFE * len(label)):
            weight = recency(first, half_life)
            linear = [fit_linear(columns, older, answers, dropped, weight).predict(newer) for dropped in sets]
            for rounds, share in product(ROUNDS, SHARES):
                recipe = Recipe(sets, rounds, share, half_life)
                made.setdefault(_name(recipe), Candidate(recipe, [])).ahead.append(mixed(linear, trees[rounds], share))
    return made


def _folds(rows: int) -> list[tuple[int, int]]:
    return [(int(start * rows), int(end * rows)) for start, end in FOLDS]


def _loss(ahead: Sequence[Matrix], later: Sequence[Matrix]) -> float:
    return float(np.mean([losses(label, 1 / (1 + np.exp(-score))).mean() for score, label in zip(ahead, later, strict=True)]))


def _name(recipe: Recipe) -> str:
    recent = "all rows alike" if recipe.half_life is None else "newer rows count more"
    return f"{recipe.tree_share:.2f} trees of {recipe.rounds} rounds, linear with {recent}"
