"""Champion only if the newest slice says so: a one-sided paired test on the log loss of each labelled proposal."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from features.clock import WallClock
from features.events.lake import Lake
from features.home import Home
from playbooks.schema.playbook import Playbook
from training.engine import ROWS_HERE
from training.errors import NoModel, NotPromoted
from training.evaluation.losses import losses
from training.fit import TEST
from training.learn import sample_of
from training.registry import CHALLENGER, CHAMPION, Registry
from training.registry_champions import Signature, crown
from training.train import windows_of
from training.training_set import TrainingSet, training_set

SIGNIFICANCE = 0.05
"""A challenger is refused when it is worse than what serves now and chance explains that in less than this share of cases."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Promotion:
    """gain: mean log loss of what served minus the challenger's, in nats per proposal; p_worse: the chance of so small a gain were both equal.

    proposals: the newest ones, on which both were held.
    """

    version: str
    against: str
    gain: float
    p_worse: float
    proposals: int

    @property
    def in_words(self) -> str:
        """What the test found; p: how often chance alone would show as much, were both equal."""
        held = f"{self.against} on the newest {self.proposals:,} proposals"
        if self.gain == 0:
            return f"the same log loss as {held}"
        if self.gain < 0:
            return f"log loss {-self.gain:.4f} higher than that of {held}, not clearly worse (p {self.p_worse:.3f})"
        return f"log loss {self.gain:.4f} lower than that of {held} (p {1 - self.p_worse:.3f})"


def compare(served: Vector, challenger: Vector) -> tuple[float, float]:
    """(gain, p_worse) of paired losses (n,): a normal test of the mean difference; equal losses give (0, 1)."""
    difference = served - challenger
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    gain = float(difference.mean())
    return gain, float(norm.cdf(gain / error)) if error > 0 else 1.0


def promote(
    home: Home, playbook: Playbook, at: datetime, tracking_uri: str | None = None, by: str | None = None, reason: str | None = None
) -> Promotion:
    """Set the alias champion on the challenger, or raise NotPromoted with the figures. The first champion is tested against the rate of yes per action.

    by, reason: who promotes and why, kept in the registry with the time. Of more than ROWS_HERE proposals a sample of the persons tells. Raises NoModel without a challenger.
    """
    registry = Registry(home, tracking_uri)
    if registry.alias_version(CHALLENGER) is None:
        raise NoModel("no version is the challenger, or the registry is away; run `playcall train`.")
    challenger = registry.load(CHALLENGER)
    if registry.stale:
        raise NoModel("the challenger's files cannot be fetched from the registry; look at its run in MLflow, or run `playcall train`.")
    lake, windows = Lake(home), windows_of(playbook)
    labelled = training_set(lake, windows, at, sample_of(lake, windows, at, ROWS_HERE))
    newest = labelled.part(TEST, 1)
    champion = registry.load(CHAMPION) if registry.alias_version(CHAMPION) else None
    served = champion.predict(newest.rows) if champion else _rates(labelled)
    against = f"version {champion.version}" if champion else "the rate of yes per action"
    gain, p_worse = compare(losses(newest.label, served), losses(newest.label, challenger.predict(newest.rows)))
    if gain < 0 and p_worse < SIGNIFICANCE:
        raise NotPromoted(
            f"version {challenger.version} is worse than {against} on the newest {len(newest.label)} proposals: "
            f"log loss {-gain:.4f} higher, p = {p_worse:.4f} < {SIGNIFICANCE}; the champion stays."
        )
    done = Promotion(challenger.version, against, gain, p_worse, len(newest.label))
    crown(registry, challenger.version, Signature(WallClock().now(), by, reason), done.in_words)
    return done


def _rates(labelled: TrainingSet) -> Vector:
    """(n,) for the newest slice: each action's rate of yes before it, with one yes in ten added as ten answers for actions hardly seen."""
    older, newest = labelled.part(0, TEST), labelled.part(TEST, 1)
    yes: dict[str, float] = {}
    count: dict[str, int] = {}
    for action, label in zip(older.action_ids, older.label, strict=True):
        yes[action] = yes.get(action, 0.0) + label
        count[action] = count.get(action, 0) + 1
    overall = float(older.label.mean())
    return np.array([(yes.get(a, 0.0) + 10 * overall) / (count.get(a, 0) + 10) for a in newest.action_ids])
