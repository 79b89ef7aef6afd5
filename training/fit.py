"""The model of a training set: encode, choose the recipe forward in time, calibrate on rows not seen, learn from all of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2_contingency
from threadpoolctl import threadpool_limits

from training.adversarial import DATED
from training.calibrator import Calibrator
from training.columns import Columns
from training.forward import Choice, Search, choose
from training.likings import NEWEST_ROWS, Likings, learn
from training.propensity.blend import Blend
from training.recent import MEMORIES
from training.saved import SavedScorer, evidence_of
from training.talk import RECENT_NUMBERS
from training.training_set import TrainingSet

Matrix = NDArray[np.float64]
TEST = 0.9
"""The newest tenth of the time order is kept from learning: it judges the model."""
LEAST_TO_MOVE = 10 * MEMORIES[-1]
"""Rows: from fewer, members without the level would learn too little to be lightly drawn."""
BY_CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Fitted:
    """The scorer, and how its recipe was chosen."""

    scorer: SavedScorer
    choice: Choice


def fit(labelled: TrainingSet, seed: int, search: Search | None = None) -> Fitted:
    """Calibrated on the forward folds, before their rows join the older ones to learn from. search: over LightGBM's settings, on these folds."""
    # One thread of linear algebra: its small matrices lose more by waiting for each other than two threads bring.
    with threadpool_limits(1, user_api="blas"):
        return _fit(labelled, seed, search)


def _fit(labelled: TrainingSet, seed: int, search: Search | None) -> Fitted:
    columns = Columns.of(labelled.schema, labelled.rows)
    x = columns.matrix(labelled.rows)
    choice = choose(columns, x, labelled.label, seed, search)
    calibrator = Calibrator.fit(choice.ahead)
    blend = Blend.fit(columns, x, labelled.label, choice.recipe, seed)
    recent = tuple(float(x[-1, columns.names.index(name)]) for name in RECENT_NUMBERS)
    moves = choice.auc[RECENT_NUMBERS[-1]] >= DATED and level_moves(labelled.label)
    untold = Blend.fit(columns, x, labelled.label, choice.recipe.untold(), seed) if moves else None
    evidence = evidence_of(labelled.action_ids)
    likings = _likings(labelled, columns, x, choice, blend, calibrator)
    scorer = SavedScorer("new", columns, blend, calibrator, evidence, (recent[0], recent[1]), untold, _stale_from(labelled), likings)
    return Fitted(scorer, choice)


def _likings(labelled: TrainingSet, columns: Columns, x: Matrix, choice: Choice, blend: Blend, calibrator: Calibrator) -> Likings | None:
    newest = slice(-NEWEST_ROWS, None)
    style = labelled.rows["style"].to_pylist()[newest] if "style" in labelled.rows.column_names else []
    if len(set(style) - {None}) < 2:
        return None
    offset = calibrator.slope * blend.predict(x[newest]) + calibrator.shift
    return learn(columns, x[newest], labelled.label[newest], style, ahead=choice.ahead, offset=offset)


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
