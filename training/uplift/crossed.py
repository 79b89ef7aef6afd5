"""Both outcomes of every person, by models that never saw them."""

import numpy as np
from numpy.typing import NDArray

from training.outcome_model import OutcomeModel
from training.replay.folds import folds
from training.uplift.settings import FOLDS, OUTCOME
from training.uplift.trial import Trial

Matrix = NDArray[np.float64]


def both_outcomes(trial: Trial, seed: int) -> tuple[Matrix, Matrix]:
    """(n,) expected outcome treated, (n,) expected outcome untreated, cross-fitted."""
    treated, untreated = np.empty(len(trial.outcome)), np.empty(len(trial.outcome))
    for fold in folds(np.arange(len(trial.outcome)), seed, FOLDS):
        for expected, arm in ((treated, trial.treated), (untreated, ~trial.treated)):
            rows = fold.others & arm
            model = OutcomeModel.fit(trial.x[rows], trial.outcome[rows], OUTCOME, seed, categorical=trial.categorical)
            expected[fold.here] = model.predict(trial.x[fold.here])
    return treated, untreated
