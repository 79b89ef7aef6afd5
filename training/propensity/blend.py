"""The model: trees and linear members over one or two sets of columns, averaged in log-odds.

Two sets when some columns only tell the date: one with them and one without, because nobody knows today which of the two the next months obey.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.columns import ACTION, Columns
from training.encoded import Encoded, newest, without
from training.propensity.boosting import Boosting, Grow, grow_here
from training.propensity.joined import Joined
from training.propensity.linear import FIRM, LIGHT, Linear, Regressors
from training.signs import signs_of
from training.talk import RECENT_NUMBERS

Matrix = NDArray[np.float64]
LINEAR_ROWS = 100_000
"""The linear members, and what corrects the blend, learn from the newest so many rows: more of them change next to nothing and cost time."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """dropped: column sets, each the columns it does without. half_life: rows after which a row counts half to the linear members, None: all alike. tree_share in [0, 1].

    tuned: LightGBM's settings that a search chose, by name; the others are ours. pull: of the linear members' pooled coefficients to none.
    """

    dropped: tuple[tuple[str, ...], ...]
    rounds: int
    tree_share: float
    half_life: float | None = None
    tuned: tuple[tuple[str, float], ...] = ()
    pull: float = FIRM

    def untold(self) -> "Recipe":
        """The same where the level of the day is not known: the columns that tell the date are all it has to say the level by, so they speak freely."""
        return replace(self, dropped=(RECENT_NUMBERS,), half_life=None, pull=LIGHT)


@dataclass(frozen=True, slots=True)
class Blend:
    """As many linear members as boosted ones, one of each per column set; a model of an older release has boosted ones alone."""

    linears: tuple[Linear, ...]
    boosted: tuple[Boosting, ...]
    tree_share: float
    joined: Joined | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "joined", Joined.of(self.linears))

    @classmethod
    def fit(
        cls,
        columns: Columns,
        x: Encoded,
        label: Matrix,
        recipe: Recipe,
        seed: int,
        grow: Grow = grow_here,
        weight: Matrix | None = None,
        late: Matrix | None = None,
    ) -> "Blend":
        """x (n, columns), oldest first; weight: (n,) of the rows, with a mean of 1, None: all alike. late: the newest LINEAR_ROWS of x, where they are a matrix already."""
        late, tuned = newest(x, LINEAR_ROWS) if late is None else late, dict(recipe.tuned)
        both, answers = times(recency(len(label), recipe.half_life), weight), label[-len(late) :]
        counted = None if both is None else both[-len(late) :]
        linears = [Linear.of(regressors(columns, late, dropped), answers, counted, recipe.pull) for dropped in recipe.dropped]
        boosted = [fit_boosting(columns, x, label, dropped, recipe.rounds, seed, tuned, grow, weight) for dropped in recipe.dropped]
        return cls(tuple(linears), tuple(boosted), recipe.tree_share)

    def predict(self, x: Matrix) -> Matrix:
        """(n,) log-odds before calibration. Members that have no share are not asked."""
        linear = [] if self.tree_share == 1.0 else [linear.predict(x) for linear in self.linears]
        trees = [] if linear and self.tree_share == 0.0 else [trees.predict(x) for trees in self.boosted]
        return mixed(linear, trees, self.tree_share)

    def candidates(self, row: Matrix, action: int, codes: NDArray[np.int64]) -> Matrix:
        """(n,) the same of one customer's candidates: row (columns,), codes (n,) in the place `action`, below 0 for an action nobody knows.

        Members that have no share are not asked.
        """
        score = np.zeros(len(codes)) if self.joined is None else (1 - self.tree_share) * self.joined.candidates(row, codes)
        share = 1.0 if self.joined is None else self.tree_share
        if share > 0.0:
            for trees in self.boosted:
                score += share / len(self.boosted) * trees.candidates(row, action, codes)
        return score

    def crowd(self, x: Matrix, action: int, codes: NDArray[np.int64]) -> Matrix:
        """(n, codes) the same of the candidates of many customers: x (n, columns)."""
        score = np.zeros((len(x), len(codes))) if self.joined is None else (1 - self.tree_share) * self.joined.crowd(x, codes)
        share = 1.0 if self.joined is None else self.tree_share
        if share > 0.0:
            for trees in self.boosted:
                score += share / len(self.boosted) * trees.crowd(x, action, codes)
        return score

    def contributions(self, x: Matrix) -> Matrix:
        """(n, columns + 1) by which each encoded column moved the log-odds; the last column is what is left: the sum is `predict`."""
        moved = np.zeros((len(x), x.shape[1] + 1))
        for linear in self.linears:
            parts, sources = linear.by_column(x)
            for place, source in enumerate([*sources, x.shape[1]]):
                moved[:, source] += (1 - self.tree_share) * parts[:, place]
        for trees in self.boosted:
            moved += self.tree_share * trees.contributions(x)
        return moved / len(self.boosted)

    def save(self, folder: Path) -> None:
        """LightGBM's own text and JSON, no pickle."""
        for place, trees in enumerate(self.boosted):
            trees.save(folder / _trees(place))
        saved = {"tree_share": self.tree_share, "linears": [linear.to_json() for linear in self.linears]}
        (folder / "linear.json").write_text(json.dumps(saved), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Blend":
        """Without linear.json it is of a release before the linear members: one set of trees, and nothing else speaks."""
        if not (folder / "linear.json").exists():
            return cls((), (Boosting.load(folder / _trees(0)),), 1.0)
        saved = json.loads((folder / "linear.json").read_text(encoding="utf-8"))
        linears = tuple(Linear.from_json(one) for one in saved["linears"])
        return cls(linears, tuple(Boosting.load(folder / _trees(place)) for place in range(len(linears))), saved["tree_share"])


def mixed(linear: Sequence[Matrix], trees: Sequence[Matrix], tree_share: float) -> Matrix:
    """(n,) the members' log-odds averaged: over the column sets, and by share between trees and linear ones, where there are any."""
    if not linear or not trees:
        return np.asarray(np.mean([*trees, *linear], axis=0), dtype=np.float64)
    return np.asarray(tree_share * np.mean(trees, axis=0) + (1 - tree_share) * np.mean(linear, axis=0), dtype=np.float64)


def recency(rows: int, half_life: float | None) -> Matrix | None:
    """(rows,) weights, oldest first, scaled to a mean of 1."""
    if half_life is None:
        return None
    weight = 0.5 ** (np.arange(rows - 1, -1, -1) / half_life)
    return np.asarray(weight / weight.mean(), dtype=np.float64)


def times(one: Matrix | None, other: Matrix | None) -> Matrix | None:
    """Both weights of each row together, with a mean of 1 again."""
    if one is None or other is None:
        return other if one is None else one
    return np.asarray(one * other / (one * other).mean(), dtype=np.float64)


def regressors(columns: Columns, x: Matrix, dropped: Sequence[str]) -> Regressors:
    """x (n, columns): what the linear members that do without the dropped columns learn from."""
    used = [place for place, name in enumerate(columns.names) if name not in dropped and name != ACTION]
    texts = set(columns.categorical)
    return Regressors.of(
        x,
        numbers=[place for place in used if place not in texts],
        texts=[place for place in used if place in texts],
        plain=columns.plain,
        action=columns.names.index(ACTION),
        signs=signs_of(columns.names),
    )


def fit_boosting(
    columns: Columns,
    x: Encoded,
    label: Matrix,
    dropped: Sequence[str],
    rounds: int,
    seed: int,
    tuned: Mapping[str, float] | None = None,
    grow: Grow = grow_here,
    weight: Matrix | None = None,
) -> Boosting:
    """A dropped column is empty in training, so no tree ever asks for it."""
    empty = [columns.names.index(name) for name in dropped]
    return Boosting.fit(without(x, empty), label, columns.names, columns.categorical, rounds, seed, weight=weight, tuned=tuned, grow=grow)


def _trees(place: int) -> str:
    return "model.txt" if place == 0 else f"model-{place + 1}.txt"
