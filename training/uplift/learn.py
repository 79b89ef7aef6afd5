"""From an experiment of one's own to an uplift that may rank: learned on the older people, kept only where the later ones confirm it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.build import features_at
from features.customer import FeatureSchema
from features.events.lake import Lake
from training.columns import Columns
from training.protected import PROTECTED
from training.uplift.experiment import Experiment
from training.uplift.gains import Effect, Gains
from training.uplift.level import level
from training.uplift.qini import Interval, bootstrap
from training.uplift.trial import Trial
from training.uplift.x_learner import XLearner

Matrix = NDArray[np.float64]
LEARN = 0.6
"""Of the people, oldest first; the others judge."""
LEAST = 50
"""People proposed it and people held back, each to learn from and each to judge by: fewer say too little."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """people: whose time for the goal is over, held_back of them. added: how much more often the goal came about when proposed, over all of them. qini: of the later people, with its 95 % interval; None where there were too few."""

    goal: str
    people: int
    held_back: int
    added: float | None
    qini: Interval | None

    @property
    def kept(self) -> bool:
        return self.qini is not None and self.qini.low > 0.0

    def __str__(self) -> str:
        if self.qini is None:
            return f"the propensity decides: {self.people:,} people of whom {self.held_back:,} were held back are too few"
        found = f"Qini {self.qini.value:.3f} ({self.qini.low:.3f} .. {self.qini.high:.3f}) on later people"
        return f"ranked by what asking adds: {found}" if self.kept else f"the propensity decides: {found} may be chance"

    def to_json(self) -> dict[str, object]:
        return asdict(self) | {"kept": self.kept, "said": str(self)}


def learn(
    lake: Lake, columns: Columns, schema: FeatureSchema, found: Mapping[str, Experiment], seed: int
) -> tuple[Gains | None, dict[str, Verdict]]:
    """The uplifts that are kept, and what was found of each action. columns: the model's; of them those of the customer are learned from, but gender and age."""
    mine = {*schema.numbers, *schema.texts}.difference(PROTECTED)
    places = tuple(place for place, name in enumerate(columns.names) if name in mine)
    categorical = tuple(number for number, place in enumerate(places) if place in columns.categorical)
    effects, verdicts = {}, {}
    for action_id, one in found.items():
        effect, qini = None, None
        if _enough(one):
            x = columns.matrix(features_at(lake, one.moments))[:, places]
            effect, qini = _judged(one, x, categorical, seed)
        verdicts[action_id] = Verdict(one.goal, len(one.treated), int((~one.treated).sum()), _added(one), qini)
        if effect is not None and verdicts[action_id].kept:
            effects[action_id] = effect
    return (Gains(places, effects) if effects else None), verdicts


def _judged(one: Experiment, x: Matrix, categorical: tuple[int, ...], seed: int) -> tuple[Effect, Interval]:
    """Learned from the older people; how well it ranks the later ones, and how far apart those say the effects are."""
    cut = _cut(one)
    trial = Trial(x[:cut], categorical, one.treated[:cut], one.reached[:cut], one.chance[:cut])
    effect = Effect.of(one.goal, XLearner.fit(trial, seed))
    said, reached, treated = effect.predict(x[cut:]), one.reached[cut:], one.treated[cut:]
    single, _ = bootstrap({"uplift": said}, reached, treated, seed=seed)
    slope, shift = level(said, reached, treated, one.chance[cut:])
    return replace(effect, slope=slope, shift=shift), single["uplift"]


def _enough(one: Experiment) -> bool:
    cut = _cut(one)
    groups = [group[part] for group in (one.treated, ~one.treated) for part in (slice(cut), slice(cut, None))]
    return all(group.sum() >= LEAST for group in groups)


def _cut(one: Experiment) -> int:
    return int(LEARN * len(one.treated))


def _added(one: Experiment) -> float | None:
    """Each person weighed by the chance of how they were drawn, so that a share that was changed meanwhile shifts nothing (Hajek)."""
    if one.treated.all() or not one.treated.any():
        return None
    arms = ((one.treated, 1 / one.chance), (~one.treated, 1 / (1 - one.chance)))
    asked, alone = (float(np.average(one.reached[rows], weights=weight[rows])) for rows, weight in arms)
    return asked - alone
