"""In time order, the first nine tenths train and the newest tenth tests: ours beside its peers on the same columns."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from features.events.lake import Lake
from training.engine import ROWS_HERE
from training.evaluation.measures import measures
from training.fit import TEST, fit
from training.learn import sample_of
from training.peers import predictions
from training.saved import SavedScorer
from training.talk import RECENT_NUMBERS
from training.training_set import TrainingSet, training_set

Figures = dict[str, dict[str, float]]


def evaluate(lake: Lake, windows: Mapping[str, timedelta], at: datetime, seed: int = 1) -> dict[str, Figures]:
    """`beside_peers` on the newest tenth; of more than ROWS_HERE proposals, on those of a sample of the persons. Raises TooFewLabels."""
    return beside_peers(training_set(lake, windows, at, sample_of(lake, windows, at, ROWS_HERE)), TEST, seed)


def beside_peers(labelled: TrainingSet, share: float, seed: int = 1) -> dict[str, Figures]:
    """By model: auc, pr_auc, log_loss, brier, calibration_error; the first `share` of the time order to learn from, the rest to test.

    models: ours, which follows the level of the day by the answers known before each moment, and its peers on the columns of customer and talk.
    level_frozen: ours when no answer arrives after training. peers_with_level: the peers with the level of the day as two more columns.
    """
    older, newest = labelled.part(0, share), labelled.part(share, 1)
    scorer = fit(older, seed).scorer
    frozen = measures(newest.label, scorer.predict_as_served(newest.rows, newest.at))
    told = np.array([name not in RECENT_NUMBERS for name in scorer.columns.names])
    return {
        "models": {"playcall": measures(newest.label, scorer.predict(newest.rows))} | _peers(scorer, older, newest, told),
        "level_frozen": {"playcall": frozen},
        "peers_with_level": _peers(scorer, older, newest, np.ones(len(told), dtype=bool)),
    }


def _peers(scorer: SavedScorer, older: TrainingSet, newest: TrainingSet, told: NDArray[np.bool_]) -> Figures:
    x, later = scorer.columns.matrix(older.rows)[:, told], scorer.columns.matrix(newest.rows)[:, told]
    return {name: measures(newest.label, probability) for name, probability in predictions(x, older.label, later).items()}
