"""Trees of one action alone, or of one kind of actions, on top of what all actions taught together.

Who answers for an action, the common model, the trees of its kind with it or its own, is decided by the log loss of its own rows, on slices of
time that follow the rows learned from. Little evidence stays with the common model, which lends it everybody's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from training.ahead import Ahead, losses_taken_off
from training.columns import Columns
from training.propensity.boosting import SETTINGS, Boosting, held
from training.side_by_side import side_by_side

Matrix = NDArray[np.float64]
ROUNDS = 40
LEAST_ROWS = 500
"""Of an action or a kind, to learn from and to be judged by: fewer say too little."""
SURE = 2.0
"""Standard errors of the mean loss taken off: what chance gives now and then serves nobody."""
OWN = "own.json"


@dataclass(frozen=True, slots=True)
class Own:
    """trees: by name, an action's or a kind's. serves: by action id, whose trees answer for it; an action that is not there has none."""

    trees: Mapping[str, Boosting]
    serves: Mapping[str, str]

    def __call__(self, x: Matrix, action_ids: Sequence[str]) -> Matrix:
        """(n,) log-odds on top of the common model's; x (n, columns)."""
        moved, names = np.zeros(len(x)), np.array([self.serves.get(action_id, "") for action_id in action_ids])
        for name, trees in self.trees.items():
            mine = names == name
            if mine.any():
                moved[mine] = trees.predict(x[mine])
        return moved

    def candidates(self, row: Matrix, action: int, codes: NDArray[np.int64], action_ids: Sequence[str]) -> Matrix:
        """The same of one customer's candidates: row (columns,), codes (n,) in the place `action`."""
        moved, names = np.zeros(len(codes)), np.array([self.serves.get(action_id, "") for action_id in action_ids])
        for name, trees in self.trees.items():
            mine = names == name
            if mine.any():
                moved[mine] = trees.candidates(row, action, codes[mine])
        return moved

    def crowd(self, x: Matrix, action: int, codes: NDArray[np.int64], action_ids: Sequence[str]) -> Matrix:
        """(n, codes) the same of the candidates of many customers: x (n, columns)."""
        moved, names = np.zeros((len(x), len(codes))), np.array([self.serves.get(action_id, "") for action_id in action_ids])
        for name, trees in self.trees.items():
            mine = np.flatnonzero(names == name)
            if len(mine):
                moved[:, mine] = trees.crowd(x, action, codes[mine])
        return moved

    def contributions(self, x: Matrix, action_id: str) -> Matrix:
        """(columns + 1,) by which each column moved it, of one row (1, columns); the last is what is left."""
        name = self.serves.get(action_id)
        return np.zeros(x.shape[1] + 1) if name is None else self.trees[name].contributions(x)[0]

    def save(self, folder: Path) -> None:
        files = {name: f"own-{number}.txt" for number, name in enumerate(self.trees, start=1)}
        for name, trees in self.trees.items():
            trees.save(folder / files[name])
        (folder / OWN).write_text(json.dumps({"files": files, "serves": dict(self.serves)}, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Own":
        saved = json.loads((folder / OWN).read_text(encoding="utf-8"))
        return cls({name: Boosting.load(folder / file) for name, file in saved["files"].items()}, saved["serves"])


def learn(
    columns: Columns,
    x: Matrix,
    label: Matrix,
    action_ids: Sequence[str],
    kinds: Mapping[str, str],
    *,
    ahead: Ahead,
    offset: Matrix,
    seed: int,
) -> Own | None:
    """The trees that the forward folds confirm, grown from all these rows; None where they confirm none.

    x (n, columns), label (n,) of 0 and 1, kinds: of action ids. ahead: of the last rows of these; offset: (n,) log-odds of the common model.
    """
    named, first = np.array(action_ids), len(label) - len(ahead.label)
    members = _members(named, kinds)
    theirs = {name: np.isin(named[first:], actions) for name, actions in members.items()}
    judged = [name for name, mine in theirs.items() if mine.sum() >= 2 * LEAST_ROWS]
    losses = side_by_side(lambda name: _taken_off(columns, x[first:], theirs[name], ahead, seed), judged)
    taken_off = dict(zip(judged, losses, strict=True))
    serves = {
        action_id: name for action_id in np.unique(named) if (name := _best(named[first:] == action_id, taken_off, members, action_id))
    }

    def grown(name: str) -> Boosting:
        mine = np.isin(named, members[name])
        return Boosting(_grow(columns, x[mine], label[mine], offset[mine], seed))

    serving = sorted(set(serves.values()))
    return (
        Own(dict(zip(serving, side_by_side(grown, serving), strict=True)), {str(action_id): name for action_id, name in serves.items()})
        if serves
        else None
    )


def _members(named: NDArray[np.str_], kinds: Mapping[str, str]) -> dict[str, list[str]]:
    """The actions each set of trees would be grown from: every action, and every kind with several; none that is all there is, which is the common model."""
    actions = [str(action_id) for action_id in np.unique(named)]
    if len(actions) < 2:
        return {}
    by_kind: dict[str, list[str]] = {}
    for action_id in actions:
        if action_id in kinds:
            by_kind.setdefault(f"kind {kinds[action_id]}", []).append(action_id)
    several = {name: members for name, members in by_kind.items() if 1 < len(members) < len(actions)}
    return several | {action_id: [action_id] for action_id in actions}


def _taken_off(columns: Columns, recent: Matrix, mine: NDArray[np.bool_], ahead: Ahead, seed: int) -> Matrix:
    """(n,) log loss taken off each row of theirs that was judged, NaN elsewhere."""

    def judge(known: slice, judged: slice) -> tuple[Matrix, Matrix] | None:
        learned, asked = np.flatnonzero(mine[known]), np.flatnonzero(mine[judged])
        label = ahead.label[known][learned]
        if min(len(learned), len(asked)) < LEAST_ROWS // 2 or label.min() == label.max():
            return None
        booster = _grow(columns, recent[known][learned], label, ahead.score[known][learned], seed)
        moved = np.zeros(judged.stop - judged.start)
        moved[asked] = Boosting(booster).predict(recent[judged][asked])
        return ahead.score[judged], ahead.score[judged] + moved

    return np.where(mine, losses_taken_off(ahead, judge), np.nan)


def _best(mine: NDArray[np.bool_], taken_off: Mapping[str, Matrix], members: Mapping[str, list[str]], action_id: str) -> str | None:
    """Whose trees take most off the loss of this action's rows, surely; None: nobody's."""
    gains = {name: off[mine & np.isfinite(off)] for name, off in taken_off.items() if action_id in members[name]}
    sure = {
        name: float(off.mean())
        for name, off in gains.items()
        if len(off) >= LEAST_ROWS and off.mean() > SURE * off.std() / np.sqrt(len(off))
    }
    return max(sure, key=lambda name: sure[name]) if sure else None


def _grow(columns: Columns, x: Matrix, label: Matrix, offset: Matrix, seed: int) -> lgb.Booster:
    settings = {**SETTINGS, **held(columns.names), "num_threads": 1, "seed": seed}
    rows = lgb.Dataset(x, label, init_score=offset, categorical_feature=columns.categorical, params=settings)
    return lgb.train(settings, rows, num_boost_round=ROUNDS)
