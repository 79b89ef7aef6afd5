"""The uplift of the actions that have one, as it is saved and served: LightGBM's text and a small JSON file beside the model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.propensity.boosting import Boosting
from training.scorer import Gain
from training.uplift.x_learner import XLearner

Matrix = NDArray[np.float64]
FOLDER, GAINS = "uplift", "gains.json"


@dataclass(frozen=True, slots=True)
class Effect:
    """What proposing adds: shift + slope x a weighted sum of trees, whose weights sum to 1. goal: in the playbook's words."""

    goal: str
    weights: tuple[float, ...]
    trees: tuple[Boosting, ...]
    slope: float = 1.0
    shift: float = 0.0

    @classmethod
    def of(cls, goal: str, learner: XLearner) -> "Effect":
        """The X-learner said as one sum."""
        share, count = learner.share, len(learner.pairs)
        parts = [
            (weight / count, Boosting(model.booster)) for on, off in learner.pairs for weight, model in ((1 - share, on), (share, off))
        ]
        return cls(goal, tuple(weight for weight, _ in parts), tuple(trees for _, trees in parts))

    def predict(self, x: Matrix) -> Matrix:
        """(n,) uplift of (n, columns of the customer)."""
        said = [weight * trees.predict(x) for weight, trees in zip(self.weights, self.trees, strict=True)]
        return np.asarray(self.shift + self.slope * np.sum(said, axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Gains:
    """effects: by action id. places: of the model's columns, those the effects were learned on."""

    places: tuple[int, ...]
    effects: Mapping[str, Effect]

    def of_one(self, row: Matrix, action_ids: Sequence[str]) -> Mapping[str, Gain]:
        """Of one customer, row (columns of the model,): by action id, of those asked for that have an effect."""
        asked = [(action_id, self.effects[action_id]) for action_id in action_ids if action_id in self.effects]
        if not asked:
            return {}
        x = row[list(self.places)].reshape(1, -1)
        return {action_id: Gain(effect.goal, float(effect.predict(x)[0])) for action_id, effect in asked}

    def of_rows(self, encoded: Matrix, action_id: str) -> tuple[str, Matrix] | None:
        """(goal, (n,) uplift) of (n, columns of the model); None for an action that has no effect."""
        effect = self.effects.get(action_id)
        return None if effect is None else (effect.goal, effect.predict(encoded[:, list(self.places)]))

    def save(self, folder: Path) -> None:
        """Into a folder of its own beside the model."""
        (folder / FOLDER).mkdir()
        told = {}
        for number, (action_id, effect) in enumerate(self.effects.items(), start=1):
            files = [f"effect-{number}-{tree}.txt" for tree in range(1, len(effect.trees) + 1)]
            for file, trees in zip(files, effect.trees, strict=True):
                trees.save(folder / FOLDER / file)
            line = {"slope": effect.slope, "shift": effect.shift}
            told[action_id] = {"goal": effect.goal, "weights": list(effect.weights), "files": files, **line}
        content = json.dumps({"places": list(self.places), "effects": told}, ensure_ascii=False, indent=1)
        (folder / FOLDER / GAINS).write_text(content, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Gains":
        saved = json.loads((folder / FOLDER / GAINS).read_text(encoding="utf-8"))
        return cls(tuple(saved["places"]), {action_id: _effect(folder, told) for action_id, told in saved["effects"].items()})


def _effect(folder: Path, told: Mapping[str, Any]) -> Effect:
    trees = tuple(Boosting.load(folder / FOLDER / file) for file in told["files"])
    return Effect(told["goal"], tuple(told["weights"]), trees, told["slope"], told["shift"])
