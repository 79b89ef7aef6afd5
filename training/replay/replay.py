"""What another policy would have brought, said by the log of the one that ran."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.replay.dr import dr
from training.replay.estimate import Estimate
from training.replay.ips import ips
from training.replay.log import BanditLog
from training.replay.overlap import Overlap
from training.replay.reward_model import predicted_rewards
from training.replay.snips import snips

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Replayed:
    """logged: what the policy of the log brought per proposal. estimators: what the candidate would have, by ips, snips and dr.

    doubts: what is known against the candidate besides the overlap, in words.
    """

    rows: int
    customers: int
    logged: Estimate
    estimators: Mapping[str, Estimate]
    overlap: Overlap
    doubts: Sequence[str] = ()

    @property
    def warnings(self) -> list[str]:
        return [*self.overlap.warnings(), *self.doubts]

    def to_json(self) -> dict[str, object]:
        return {
            "rows": self.rows,
            "customers": self.customers,
            "logged": self.logged.to_json(),
            "estimators": {name: estimate.to_json() for name, estimate in self.estimators.items()},
            "overlap": self.overlap.to_json(),
            "warnings": self.warnings,
        }


def replay(log: BanditLog, target: Matrix, allowed_zero_support: float = 0.0, seed: int = 1, doubts: Sequence[str] = ()) -> Replayed:
    """target: (n, actions) probabilities of the candidate, rows sum to 1. Raises ZeroSupport and TooLittleOverlap where the log cannot tell."""
    overlap = Overlap.of(log.logged, target, log.action)
    overlap.refuse(allowed_zero_support)
    reward, shown, chance, units = log.reward, log.shown, log.of_shown(target), log.customer
    units = np.unique(units, return_inverse=True)[1]
    estimators = {
        "ips": ips(reward, shown, chance, units),
        "snips": snips(reward, shown, chance, units),
        "dr": dr(reward, shown, target, log.action, predicted_rewards(log, seed), units),
    }
    return Replayed(log.rows, int(units.max()) + 1, Estimate.of_mean(reward, units), estimators, overlap, doubts)
