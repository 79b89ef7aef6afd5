"""What would a challenger have said? Its unseen word beside the one that was served, on the very same answered proposals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from features.moments import naive_utc
from training.evaluation.groups import Answered, answered
from training.evaluation.losses import losses
from training.replay.estimate import Estimate
from training.watching.rows import Proposals

LEAST_CUSTOMERS = 10
"""With fewer, an interval over customers is none."""
LearnedUntil = Callable[[str], datetime | None]
"""When the newest proposal a version learned from was made; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class InShadow:
    """version: who was asked unseen; beside: who decided. proposals: priced by both; answers: those of them with a ripe answer.

    shadow, served: the figures of each. gain: log loss served minus log loss in the shadow, in nats per answer, with its 95 % interval; answers of
    one customer may depend on each other. All three None with too few answers or customers.
    """

    version: str
    beside: str
    proposals: int
    answers: int
    shadow: Answered | None
    served: Answered | None
    gain: Estimate | None

    @property
    def in_words(self) -> str:
        """What was found, for a reader."""
        pair = f"Version {self.version} in the shadow of version {self.beside}: {self.answers:,} answers"
        if self.gain is None:
            return f"{pair}, too few for figures."
        low, high = self.gain.low, self.gain.high
        verdict = "says it better" if low > 0 else "says it worse" if high < 0 else "no clear difference"
        return f"{pair}, log loss {abs(self.gain.value):.4f} {'lower' if self.gain.value >= 0 else 'higher'} ({low:+.4f} to {high:+.4f} gained): {verdict}."


def in_shadow(since: Proposals, learned_until: LearnedUntil) -> list[InShadow]:
    """A pair per challenger and model it stood beside, most answers first. What a challenger may have learned from counts neither for nor against it."""
    pairs = sorted({(shadow, beside) for shadow, beside in zip(since.shadow_model, since.model, strict=True) if shadow and beside})
    found = [_pair(since, version, beside, learned_until(version)) for version, beside in pairs]
    return sorted(found, key=lambda pair: -pair.answers)


def _pair(since: Proposals, version: str, beside: str, until: datetime | None) -> InShadow:
    mine = np.array([pair == (version, beside) for pair in zip(since.shadow_model, since.model, strict=True)], dtype=np.bool_)
    mine &= np.isfinite(since.shadow) & np.isfinite(since.propensity)
    if until is not None:
        mine &= since.at > np.datetime64(naive_utc(until))
    told = mine & since.answered
    counts = int(mine.sum()), int(told.sum())
    if len(np.unique(since.customer[told])) < LEAST_CUSTOMERS:
        return InShadow(version, beside, *counts, None, None, None)
    shadow, served = (
        _figures(f"version {name}", since, told, said) for name, said in ((version, since.shadow), (beside, since.propensity))
    )
    return InShadow(version, beside, *counts, shadow, served, None if shadow is None else _gain(since, told))


def _figures(name: str, since: Proposals, told: NDArray[np.bool_], said: NDArray[np.float64]) -> Answered | None:
    return next(iter(answered("shadow", [name] * int(told.sum()), since.label[told], said[told])), None)


def _gain(since: Proposals, told: NDArray[np.bool_]) -> Estimate:
    label, customers = since.label[told], np.unique(since.customer[told], return_inverse=True)[1]
    return Estimate.of_mean(losses(label, since.propensity[told]) - losses(label, since.shadow[told]), customers)
