"""What the card of a model says, as figures: where it comes from, how it does on what it never saw, and for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from playbooks.schema.playbook import Playbook
from training.columns import ACTION
from training.evaluation.calibration import reliability
from training.evaluation.groups import Answered, answered
from training.evaluation.strength import strength
from training.fit import Fitted
from training.protected import PROTECTED, age_band
from training.training_set import TrainingSet

STRONGEST = 15
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Card:
    """learned, judged: labelled proposals in each. first, middle, last: when they begin, when the judged ones begin, and when they end, UTC.

    groups: the judged ones by channel, tier, kind, gender and age. protected: what the model is moved by gender and age, in log-odds.
    likings: from how many yeses to each style they were learned; empty where the model keeps none. own: by action, whose trees answer for it beside the common model.
    """

    origin: Mapping[str, object]
    learned: int
    judged: int
    first: datetime
    middle: datetime
    last: datetime
    numbers: int
    texts: int
    strongest: Mapping[str, float]
    protected: Mapping[str, float]
    metrics: Mapping[str, float]
    reliability: Sequence[tuple[float, float]]
    groups: Sequence[Answered]
    dated: Sequence[tuple[str, float]]
    likings: Mapping[str, int]
    own: Mapping[str, str]

    def of(self, by: str) -> list[Answered]:
        return [group for group in self.groups if group.by == by]


def card_of(
    fitted: Fitted,
    labelled: TrainingSet,
    newest: TrainingSet,
    said: Vector,
    playbook: Playbook,
    origin: Mapping[str, object],
    metrics: Mapping[str, float],
) -> Card:
    """labelled: all, of which `newest` judge. said: (newest,) probabilities. origin: what decided the model, by name, as it is logged."""
    likings = fitted.scorer.likings
    moved = strength(fitted.scorer, newest.rows)
    dated = [(name, fitted.choice.auc[name]) for name in fitted.choice.recipe.dropped[-1]]
    first, middle, last = (_moment(at) for at in (labelled.at[0], newest.at[0], labelled.at[-1]))
    return Card(
        origin,
        len(labelled.label) - len(newest.label),
        len(newest.label),
        first,
        middle,
        last,
        len(fitted.scorer.columns.numbers),
        len(fitted.scorer.columns.codes),
        dict(list(moved.items())[:STRONGEST]),
        {name: moved[name] for name in PROTECTED if name in moved},
        metrics,
        reliability(newest.label, said),
        _groups(newest, said, playbook),
        sorted(dated, key=lambda one: -one[1]),
        {} if likings is None else dict(zip(likings.styles, likings.yes, strict=True)),
        {} if fitted.scorer.own is None else fitted.scorer.own.serves,
    )


def _groups(newest: TrainingSet, said: Vector, playbook: Playbook) -> list[Answered]:
    rows = newest.rows
    kinds = [playbook.actions[action].kind.value if action in playbook.actions else None for action in rows[ACTION].to_pylist()]
    by = {"channel": rows["channel"].to_pylist(), "tier": rows["value_tier"].to_pylist(), "kind": kinds}
    by |= {"gender": rows["gender"].to_pylist(), "age": [age_band(age) for age in rows["age"].to_pylist()]}
    return [group for title, names in by.items() for group in sorted(answered(title, names, newest.label, said), key=lambda one: one.name)]


def _moment(at: np.datetime64) -> datetime:
    moment: datetime = at.astype("datetime64[s]").item()
    return moment
