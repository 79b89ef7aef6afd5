"""In time order, the first nine tenths train and the newest tenth tests: ours beside its peers on the same columns."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from features.events.lake import Lake
from training.peers import predictions
from training.train import TEST, fit, measures
from training.training_set import TrainingSet, training_set


def evaluate(lake: Lake, windows: Mapping[str, timedelta], at: datetime, seed: int = 1) -> dict[str, dict[str, float]]:
    """By model: auc, pr_auc, log_loss, brier, calibration_error on the newest tenth. Raises TooFewLabels."""
    return beside_peers(training_set(lake, windows, at), TEST, seed)


def beside_peers(labelled: TrainingSet, share: float, seed: int = 1) -> dict[str, dict[str, float]]:
    """The same with the first `share` of the time order to learn from and the rest to test."""
    older, newest = labelled.part(0, share), labelled.part(share, 1)
    scorer, _ = fit(older, seed)
    figures = {"playcall": measures(newest.label, scorer.predict(newest.rows))}
    others = predictions(scorer.columns.matrix(older.rows), older.label, scorer.columns.matrix(newest.rows))
    return figures | {name: measures(newest.label, probability) for name, probability in others.items()}
