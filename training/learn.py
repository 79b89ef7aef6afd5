"""From the lake to a fitted model: from rows that are all here, or, where they are too many, from a sample of the persons here and all rows elsewhere.

On the sample everything is decided but the splits and the leaves of the trees that learn from all rows.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from features.events.lake import Lake
from features.share import Share
from training.columns import ACTION, Columns
from training.engine import HERE, Engine
from training.fit import TEST, Fitted, fit
from training.forward import Search
from training.label_table import answers
from training.propensity.boosting import Grow
from training.read_share import Asked, Tally
from training.recent import Level
from training.saved import SavedScorer
from training.training_set import Dealt, TrainingSet, level_of, training_set
from training.weighing import Weighing


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learned from, and how; see `training_set` and `fit`. windows, kinds: by action id."""

    windows: Mapping[str, timedelta]
    kinds: Mapping[str, str]
    at: datetime
    seed: int
    search: Search | None = None
    weighed: bool = False

    def fitted(self, older: TrainingSet, grow: Grow) -> Fitted:
        return fit(older, self.seed, self.search, grow, self.kinds, weighed=self.weighed)


@dataclass(frozen=True, slots=True)
class Learned:
    """labelled: the rows that are here, all or a sample's, with the newest tenth that nothing was learned from. labels: how many there are anywhere.

    told: of the sample, for the records of the model; empty where all rows were here.
    """

    labelled: TrainingSet
    fitted: Fitted
    labels: int
    told: Mapping[str, object] = field(default_factory=dict)


def learn(lake: Lake, lesson: Lesson, engine: Engine = HERE) -> Learned:
    """From the lake as it is now, whatever is ingested meanwhile. Raises TooFewLabels."""
    lake = Lake(lake.home, lake.manifest())
    dealt = None if engine.reading is None else sample_of(lake, lesson.windows, lesson.at, engine.rows_here)
    labelled = training_set(lake, lesson.windows, lesson.at, dealt)
    older = labelled.part(0, TEST)
    if engine.reading is None or dealt is None:
        return Learned(labelled, lesson.fitted(older, engine.grow), len(labelled.label))
    with engine.reading(_asked(lake, lesson, labelled), dealt.level) as readers:
        fitted, tallies = lesson.fitted(older, readers.grow), readers.tally()
    scorer = _of_everybody(fitted.scorer, _micros(older.at[-1]), dealt.level, tallies)
    told = {"sample": len(labelled.label), "tree_rows": sum(sum(tally.learned.values()) for tally in tallies)}
    return Learned(labelled, replace(fitted, scorer=scorer), sum(tally.labels for tally in tallies), told)


def sample_of(lake: Lake, windows: Mapping[str, timedelta], at: datetime, rows: int) -> Dealt | None:
    """About so many proposals: those to a share of the persons. None where there are no more than that."""
    proposals = lake.manifest().table("proposals").events
    return Dealt(Share(0.0, rows / proposals), level_of(answers(lake, windows, at))) if proposals > rows else None


def _asked(lake: Lake, lesson: Lesson, labelled: TrainingSet) -> Asked:
    older, until = labelled.part(0, TEST), _micros(labelled.part(TEST, 1).at[0])
    weighing = Weighing.of(older.probability) if lesson.weighed and older.probability is not None else None
    return Asked(lake.home, lake.manifest(), lesson.windows, lesson.at, until, Columns.of(older.schema, older.rows), weighing)


def _of_everybody(scorer: SavedScorer, newest: int, level: Level, tallies: list[Tally]) -> SavedScorer:
    """With what only all answers tell: how many there are of each action the model knows, and how soon their level is too old."""
    counted = sum((Counter(tally.learned) for tally in tallies), Counter[str]())
    evidence = {action_id: counted[action_id] for action_id in sorted(scorer.columns.codes[ACTION])}
    if scorer.stale_from is None:
        return replace(scorer, evidence=evidence)
    stale_from = np.datetime64(newest + level.took(newest), "us").item().replace(tzinfo=UTC)
    return replace(scorer, evidence=evidence, stale_from=stale_from)


def _micros(at: np.datetime64) -> int:
    return int(at.astype("datetime64[us]").astype(np.int64))
