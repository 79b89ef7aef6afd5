"""A real mailing experiment: who visits because of the mail? Our uplift learners beside the usual ones, Qini on people nobody learned from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import click
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from serving.cli.benches.files import shared
from training.uplift.dr_learner import DRLearner
from training.uplift.hillstrom import ARMS, read_hillstrom, trial_of
from training.uplift.peers import SIMPLE, libraries
from training.uplift.qini import Interval, bootstrap
from training.uplift.t_learner import TLearner
from training.uplift.trial import Trial
from training.uplift.x_learner import XLearner

Vector = NDArray[np.float64]
MAIN = "womens"


class Learner(Protocol):
    """What the learners have in common."""

    @classmethod
    def fit(cls, trial: Trial, seed: int = 1) -> "Learner": ...

    def predict(self, x: Vector) -> Vector: ...


LEARNERS: dict[str, type[Learner]] = {"t": TLearner, "x": XLearner, "dr": DRLearner}


def measure(train: Path | None, test: Path | None) -> dict[str, object]:
    """train, test: two parts of Hillstrom's file; without test the given (or shared) file is halved by a fixed draw."""
    older = read_hillstrom(train or shared("hillstrom") / "train.csv.gz")
    learn, judge = (older, read_hillstrom(test)) if test else halves(older)
    figures = {arm: _arm(trial_of(learn, arm), trial_of(judge, arm)) for arm in ARMS}
    return {
        "metric": "Qini coefficient, normalised by the perfect curve with negative effects (as scikit-uplift's qini_auc_score); 95 % bootstrap intervals",
        "outcome": "visit",
        "treatment": ARMS[MAIN],
        "train_rows": learn.num_rows,
        "test_rows": judge.num_rows,
        **figures[MAIN],
        "other_treatments": {ARMS[arm]: found for arm, found in figures.items() if arm != MAIN},
    }


def halves(table: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Two halves by a fixed draw."""
    order = np.random.default_rng(20).permutation(table.num_rows)
    middle = table.num_rows // 2
    return table.take(np.sort(order[:middle])), table.take(np.sort(order[middle:]))


def _arm(learn: Trial, judge: Trial) -> dict[str, object]:
    ours = {name: kind.fit(learn).predict(judge.x) for name, kind in LEARNERS.items()}
    libraries_here, absent = libraries()
    for name in absent:
        click.echo(f"bench hillstrom: peer library {name} is not installed here; its learners are SKIPPED", err=True)
    peers = {name: peer(learn, judge.x) for name, peer in (SIMPLE | libraries_here).items()}
    single, pairs = bootstrap(ours | peers, judge.outcome, judge.treated)
    return {
        "learners": {name: _said(single[name]) for name in ours},
        "peers": {name: _said(single[name]) for name in peers},
        "against_peers": {name: {peer: _verdict(pairs[name, peer]) for peer in peers} for name in ours},
        "peers_skipped": absent,
    }


def _said(found: Interval) -> Mapping[str, float]:
    return {"qini": found.value, "low": found.low, "high": found.high}


def _verdict(difference: Interval) -> dict[str, object]:
    """The learner's Qini minus the peer's; a tie when the interval holds 0."""
    word = "ahead" if difference.low > 0 else "behind" if difference.high < 0 else "tie"
    return difference.to_json() | {"verdict": word}
