"""Retraining, a line per step: labels and features -> split by time -> trees -> calibration -> evaluation -> registry."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.events.lake import Lake
from features.home import Home
from playbooks.schema.playbook import Playbook
from training.calibrator import Calibrator
from training.columns import Columns
from training.evaluation.calibration import calibration
from training.evaluation.discrimination import discrimination
from training.evaluation.plots import draw
from training.propensity.boosting import Boosting
from training.registry import CHALLENGER, Registry
from training.saved import SavedScorer, evidence_of
from training.training_set import TrainingSet, training_set

TEST = 0.9
"""The newest tenth of the time order is kept from learning: it judges the model."""
STOP, CALIBRATE = 0.8, 0.9
"""Shares of what is learned from: trees learn before STOP, are stopped until CALIBRATE, and the rest, which they never see, calibrates them."""


@dataclass(frozen=True, slots=True)
class TrainReport:
    """metrics are those of the newest tenth, which neither trees nor calibration have seen."""

    version: str
    labels: int
    rounds: int
    metrics: Mapping[str, float]


def windows_of(playbook: Playbook) -> dict[str, timedelta]:
    return {action_id: action.response_window for action_id, action in playbook.actions.items()}


def fit(labelled: TrainingSet, seed: int) -> tuple[SavedScorer, int]:
    """The model of a training set, and its number of rounds. Trees never see its newest tenth, which sets the level."""
    early, stop, learn, level = (
        labelled.part(0, STOP),
        labelled.part(STOP, CALIBRATE),
        labelled.part(0, CALIBRATE),
        labelled.part(CALIBRATE, 1),
    )
    columns = Columns.of(labelled.schema, learn.rows)
    rounds = Boosting.rounds(columns.matrix(early.rows), early.label, columns.matrix(stop.rows), stop.label, columns.categorical, seed)
    boosting = Boosting.fit(columns.matrix(learn.rows), learn.label, columns.names, columns.categorical, rounds, seed)
    calibrator = Calibrator.fit(boosting.predict(columns.matrix(level.rows)), level.label)
    return SavedScorer("new", columns, boosting, calibrator, evidence_of(labelled.action_ids)), rounds


def measures(label: NDArray[np.float64], probability: NDArray[np.float64]) -> dict[str, float]:
    return discrimination(label, probability) | calibration(label, probability)


def train(home: Home, playbook: Playbook, at: datetime, seed: int = 1, tracking_uri: str | None = None) -> TrainReport:
    """Train on what was known at `at`, register the model and set it as challenger. Raises TooFewLabels."""
    lake = Lake(home)
    labelled = training_set(lake, windows_of(playbook), at)
    scorer, rounds = fit(labelled.part(0, TEST), seed)
    newest = labelled.part(TEST, 1)
    probability = scorer.predict(newest.rows)
    metrics = measures(newest.label, probability)
    parameters = {"labels": len(labelled.label), "rounds": rounds, "seed": seed, "at": at.isoformat(), "fingerprint": lake.fingerprint()}
    registry = Registry(home, tracking_uri)
    with tempfile.TemporaryDirectory() as plots:
        version = registry.log(scorer, parameters, metrics, draw(newest.label, probability, Path(plots)))
    registry.set_alias(CHALLENGER, version)
    return TrainReport(version, len(labelled.label), rounds, metrics)
