"""What both books ask for in one moment, found once: the model's scores and the contact history."""

from collections.abc import Mapping, Sequence

import numpy as np

from features.customer import CustomerFeatures, HistoryEvent
from serving.decision.decide import ContactHistory
from training.scorer import Gain, Liking, Scorer, Scores
from training.talk import Talk


class ScoreOnce:
    """A Scorer that asks the model once for every action of a moment, however many books ask."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._known: dict[str, tuple[float, float]] = {}
        self._likings: Mapping[str, Liking] = {}
        self._gains: dict[str, Gain] = {}

    @property
    def version(self) -> str:
        return self._scorer.version

    def turn_to_next(self) -> None:
        self._known = {}
        self._likings = {}
        self._gains = {}

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        known = self._known
        missing = [action_id for action_id in action_ids if action_id not in known]
        if missing:
            found = self._scorer.score(customer, talk, missing)
            known |= zip(missing, zip(found.propensity.tolist(), found.evidence.tolist(), strict=True), strict=True)
            self._likings = found.likings
            self._gains.update(found.gains)
        told = np.array([known[action_id] for action_id in action_ids], dtype=np.float64).reshape(-1, 2)
        return Scores(told[:, 0], told[:, 1], self._likings, self._gains)

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        return self._scorer.contributions(customer, talk, action_id, top)


class ReadOnce:
    """A contact history that is read once for a moment, however many books ask."""

    def __init__(self, history: ContactHistory) -> None:
        self._history = history
        self._read: dict[tuple[str, str], Sequence[HistoryEvent]] = {}

    def turn_to_next(self) -> None:
        self._read.clear()

    def recent(self, tenant: str, customer_id: str) -> Sequence[HistoryEvent]:
        key = (tenant, customer_id)
        if key not in self._read:
            self._read[key] = self._history.recent(tenant, customer_id)
        return self._read[key]
