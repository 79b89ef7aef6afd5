"""The challenger in the shadow: what the champion decided it prices again, when the record goes to the lake. Nobody is shown what it says."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan

import numpy as np
from prometheus_client import Counter

from features.customer import FeatureSchema
from serving.decision.assignment import CHAMPION, in_share
from serving.decision.book import CompiledBook
from serving.decision.propensity import Chances
from serving.records.decisions import KeptDecision
from serving.records.proposals import Attributes, Unseen
from serving.records.store import Store
from serving.records.why import read_asked
from training.scorer import Scorer

MOST = 200
"""Decisions priced again in one delivery, whatever their share is: a busy worker delivers often, and its requests come first."""
SALT = "shadow"
_PRICED = Counter("playcall_shadow_priced", "Decisions the challenger priced in the shadow", ["tenant"])
_FAILED = Counter("playcall_shadow_failed", "Decisions the challenger could not price in the shadow", ["tenant"])
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shadow:
    """share in [0, 1]: of the champion's decisions, by a hash of their ids that knows nothing of the other experiments."""

    store: Store
    tenant: str
    challenger: Scorer
    book: CompiledBook
    share: float
    _schemas: dict[str, FeatureSchema] = field(default_factory=dict, compare=False, repr=False)

    def wants(self, decision_id: str) -> bool:
        """Whether the decision is of the share, if it is the champion's."""
        return in_share(SALT, decision_id, self.share)

    def said_of(self, decided: Iterable[KeptDecision]) -> Unseen:
        """By decision and shown action what the challenger would have ranked it by. It never raises: what it cannot price is counted, and logged once."""
        said: dict[str, Mapping[str, Attributes]] = {}
        failures: list[Exception] = []
        for kept in self._chosen(decided):
            try:
                said[kept.decision_id] = self._price(kept)
            except Exception as failure:  # noqa: BLE001 (records come to the lake whatever a model nobody decides with may do)
                failures.append(failure)
        _PRICED.labels(self.tenant).inc(sum(map(bool, said.values())))
        _FAILED.labels(self.tenant).inc(len(failures))
        if failures:
            first = failures[0]
            _log.warning("version %s in the shadow could not price %d decisions", self.challenger.version, len(failures), exc_info=first)
        return said

    def _chosen(self, decided: Iterable[KeptDecision]) -> list[KeptDecision]:
        """Of this book alone: another one's starting propensities are not at hand. In the order of the ids, so that a second delivery chooses alike."""
        mine = (
            kept
            for kept in decided
            if kept.assignment == CHAMPION and kept.playbook_version == self.book.playbook.version and self.wants(kept.decision_id)
        )
        return sorted(mine, key=lambda kept: kept.decision_id)[:MOST]

    def _price(self, kept: KeptDecision) -> dict[str, Attributes]:
        """By action. Empty where nothing was shown or no model priced, so that there is nothing to be held against."""
        answer = kept.shown()
        shown = [action["action_id"] for action in answer["actions"]]
        if not shown or "propensity" not in answer["model_versions"]:
            return {}
        seen = read_asked(self.store, self.tenant, kept.customer_id, kept.why, self._schemas).seen
        scores = self.challenger.score(seen, kept.talk(answer["scene"]), shown)
        slots = np.array([self.book.catalogue.slots[action_id] for action_id in shown], dtype=np.intp)
        would = Chances.of(self.book.starting, self.book.incremental, slots, scores)
        uplift = np.full(len(slots), np.nan) if would.uplift is None else would.uplift
        told = [self._said(*pair) for pair in zip(would.propensity.tolist(), uplift.tolist(), strict=True)]
        return dict(zip(shown, told, strict=True))

    def _said(self, propensity: float, uplift: float) -> Attributes:
        """uplift NaN: the propensity decides."""
        said = {"shadow_version": self.challenger.version, "shadow_propensity": str(propensity)}
        return said if isnan(uplift) else said | {"shadow_uplift": str(uplift)}
