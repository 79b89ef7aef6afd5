"""The model of a training set: encode, choose the recipe forward in time, calibrate on rows not seen, learn from all of them."""

from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from training.calibrator import Calibrator
from training.columns import Columns
from training.forward import Choice, Search, choose
from training.propensity.blend import Blend
from training.saved import SavedScorer, evidence_of
from training.talk import RECENT_NUMBERS
from training.training_set import TrainingSet

TEST = 0.9
"""The newest tenth of the time order is kept from learning: it judges the model."""


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
    return Fitted(SavedScorer("new", columns, blend, calibrator, evidence_of(labelled.action_ids), (recent[0], recent[1])), choice)
