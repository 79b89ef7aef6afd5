"""What each action would have brought in each row, by a model that never saw the row's customer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.outcome_model import OutcomeModel, Trees
from training.replay.folds import folds
from training.replay.log import BanditLog

Matrix = NDArray[np.float64]
TREES = Trees()


def predicted_rewards(log: BanditLog, seed: int = 1) -> Matrix:
    """(n, actions) expected rewards, cross-fitted over customers. The action's own mean reward, drawn to the mean of all, is a column of the model."""
    predicted = np.empty_like(log.logged)
    for fold in folds(log.customer, seed):
        rows = np.flatnonzero(fold.others)
        effect = _mean_by_action(log, rows)
        columns = log.features.matrix.shape[1]
        categorical = [*log.features.categorical, columns]
        x = _rows(log, rows, log.action[rows], effect)
        model = OutcomeModel.fit(x, log.reward[rows], TREES, seed, categorical=categorical)
        here = np.flatnonzero(fold.here)
        for slot in range(len(log.actions)):
            predicted[here, slot] = model.predict(_rows(log, here, np.full(len(here), slot), effect))
    return predicted


def _mean_by_action(log: BanditLog, rows: NDArray[np.intp], pull: float = 100.0) -> Matrix:
    """(actions,) mean reward, as if each had `pull` further rows at the mean of all."""
    count = np.bincount(log.action[rows], minlength=len(log.actions))
    total = np.bincount(log.action[rows], log.reward[rows], minlength=len(log.actions))
    return np.asarray((total + pull * log.reward[rows].mean()) / (count + pull), dtype=np.float64)


def _rows(log: BanditLog, rows: NDArray[np.intp], action: NDArray[np.integer[Any]], effect: Matrix) -> Matrix:
    return np.column_stack([log.features.matrix[rows], action.astype(np.float64), effect[action]])
