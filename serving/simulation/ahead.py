"""What both books ask for in one moment, found once: the model's scores, scored in batches ahead of the decisions, and the contact history."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from features.customer import CustomerFeatures, HistoryEvent
from serving.decision.decide import ContactHistory
from serving.decision.propensity import talk_of
from serving.records.moments import LoggedMoment
from training.errors import TrainingError
from training.scorer import Liking, Scorer, Scores
from training.talk import Talk

Known: TypeAlias = dict[str, tuple[float, float]]
"""Propensity and evidence by action id."""


class Ahead:
    """A Scorer that knows the scores of the actions that were ranked in the log, and of those it was once asked beyond them."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._foreseen: dict[str, Known] = {}
        self._also: set[str] = set()
        self._liked: dict[str, Mapping[str, Liking]] = {}
        self._now: Known = {}
        self._likings: Mapping[str, Liking] = {}

    @property
    def version(self) -> str:
        return self._scorer.version

    def foresee(self, logged: Sequence[LoggedMoment]) -> None:
        """Score these moments in one go. Where the model fails it is asked again, moment by moment, and the decision says so."""
        wanted = [(*one.ranked, *self._also.difference(one.ranked)) for one in logged]
        try:
            scored = self._scorer.score_many([(one.seen, talk_of(one.moment), ids) for one, ids in zip(logged, wanted, strict=True)])
        except TrainingError:
            self._foreseen, self._liked = {}, {}
            return
        self._liked = {one.decision_id: scores.likings for one, scores in zip(logged, scored, strict=True)}
        self._foreseen = {one.decision_id: _by_action(ids, scores) for one, ids, scores in zip(logged, wanted, scored, strict=True)}

    def turn_to(self, decision_id: str) -> None:
        """The moment that is decided now."""
        self._now = self._foreseen.pop(decision_id, {})
        self._likings = self._liked.pop(decision_id, {})

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        known = self._now
        missing = [action_id for action_id in action_ids if action_id not in known]
        if missing:
            found = self._scorer.score(customer, talk, missing)
            known |= _by_action(missing, found)
            self._likings = found.likings
            self._also.update(missing)
        told = np.array([known[action_id] for action_id in action_ids], dtype=np.float64).reshape(-1, 2)
        return Scores(told[:, 0], told[:, 1], self._likings)

    def score_many(self, asked: Sequence[tuple[CustomerFeatures, Talk, Sequence[str]]]) -> list[Scores]:
        return self._scorer.score_many(asked)

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        return self._scorer.contributions(customer, talk, action_id, top)


def _by_action(action_ids: Sequence[str], scores: Scores) -> Known:
    return dict(zip(action_ids, zip(scores.propensity.tolist(), scores.evidence.tolist(), strict=True), strict=True))


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
