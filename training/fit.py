"""The model of a training set: encode, choose the recipe forward in time, calibrate on rows not seen, learn from all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2_contingency
from threadpoolctl import threadpool_limits

from training.adversarial import DATED
from training.ahead import Ahead
from training.calibrator import Calibrator
from training.columns import Columns
from training.encoded import newest
from training.fatigue import learn as fatigue_of
from training.forward import Choice, Search, choose
from training.likings import learn as likings_of
from training.propensity.blend import LINEAR_ROWS, Blend
from training.propensity.boosting import Grow, grow_here
from training.propensity.own import learn as own_of
from training.recent import MEMORIES
from training.saved import SavedScorer, before_of, evidence_of
from training.talk import RECENT_NUMBERS
from training.training_set import TrainingSet
from training.weighing import logged_weight

Matrix = NDArray[np.float64]
TEST = 0.9
"""The newest tenth of the time order is kept from learning: it judges the model."""
LEAST_TO_MOVE = 10 * MEMORIES[-1]
"""Rows: from fewer, members without the level would learn too little to be lightly drawn."""
BY_CHANCE = 0.001
NO_KINDS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Fitted:
    """The scorer, and how its recipe was chosen."""

    scorer: SavedScorer
    choice: Choice


def fit(
    labelled: TrainingSet,
    seed: int,
    search: Search | None = None,
    grow: Grow = grow_here,
    kinds: Mapping[str, str] = NO_KINDS,
    *,
    weighed: bool = False,
) -> Fitted:
    """Calibrated on the forward folds, before their rows join the older ones to learn from. search: over LightGBM's settings, on these folds.

    grow: for the trees that learn from all rows; the folds are short, and theirs are always grown here. kinds: of actions, by action id.
    weighed: by the logged probability, see `logged_weight`; what is shown is calibrated, so calibration and corrections count every row alike.
    """
    # One thread of linear algebra: its small matrices lose more by waiting for each other than two threads bring.
    with threadpool_limits(1, user_api="blas"):
        weight = logged_weight(labelled.probability) if weighed and labelled.probability is not None else None
        return _fit(labelled, seed, search, grow, kinds, weight)


def _fit(labelled: TrainingSet, seed: int, search: Search | None, grow: Grow, kinds: Mapping[str, str], weight: Matrix | None) -> Fitted:
    columns = Columns.of(labelled.schema, labelled.rows)
    every = columns.table(labelled.rows)
    x = newest(every, LINEAR_ROWS)
    choice = choose(columns, x, labelled.label, seed, search, weight)
    calibrator = Calibrator.fit(choice.ahead)
    blend = Blend.fit(columns, every, labelled.label, choice.recipe, seed, grow, weight, x)
    recent = tuple(float(x[-1, columns.names.index(name)]) for name in RECENT_NUMBERS)
    moves = choice.auc[RECENT_NUMBERS[-1]] >= DATED and level_moves(labelled.label)
    untold = Blend.fit(columns, every, labelled.label, choice.recipe.untold(), seed, grow, weight, x) if moves else None
    evidence = evidence_of(labelled.rows["action_id"])
    scorer = SavedScorer("new", columns, blend, calibrator, evidence, (recent[0], recent[1]), untold, _stale_from(labelled))
    return Fitted(_with_corrections(scorer, labelled, x, Ahead.of(choice.ahead), kinds, seed), choice)


def _with_corrections(
    scorer: SavedScorer, labelled: TrainingSet, x: Matrix, ahead: Ahead, kinds: Mapping[str, str], seed: int
) -> SavedScorer:
    """Fatigue, and on top of it the actions' own trees and likings of words, where the tables tell of them and the forward folds confirm them.

    x (n, columns): the newest rows, from which they are learned.
    """
    offset = scorer.calibrator.slope * scorer.blend.predict(x) + scorer.calibrator.shift
    rows, label = labelled.rows.slice(labelled.rows.num_rows - len(x)), labelled.label[-len(x) :]
    before, action_ids = before_of(rows), rows["action_id"].to_pylist()
    fatigue = None if before is None else fatigue_of(before, action_ids, label, ahead=ahead, offset=offset)
    if fatigue is not None and before is not None:
        moved = fatigue(before, action_ids)
        offset, ahead = offset + moved, replace(ahead, score=ahead.score + moved[len(moved) - len(ahead.label) :])
    style = rows["style"].to_pylist() if "style" in rows.column_names else []
    likings = likings_of(scorer.columns, x, label, style, ahead=ahead, offset=offset) if style else None
    own = own_of(scorer.columns, x, label, action_ids, kinds, ahead=ahead, offset=offset, seed=seed)
    return replace(scorer, fatigue=fatigue, likings=likings, own=own)


def level_moves(label: NDArray[np.float64]) -> bool:
    """Whether the rate of yes differs among the tenths of (n,) labels, oldest first, by more than chance lets it (chi-square test).

    A level that follows the answers wanders by chance and seems to tell the date: that alone is no proof.
    """
    if len(label) < LEAST_TO_MOVE or label.min() == label.max():
        return False
    tenths = np.array([(part.sum(), len(part) - part.sum()) for part in np.array_split(label, 10)])
    return bool(chi2_contingency(tenths).pvalue < BY_CHANCE)


def _stale_from(labelled: TrainingSet) -> datetime:
    """As long after the newest row as the answers took that its level remembers."""
    newest = labelled.at[-1]
    end: datetime = (newest + (newest - labelled.at[-min(MEMORIES[-1], len(labelled.at))])).astype("datetime64[us]").item()
    return end.replace(tzinfo=UTC)
