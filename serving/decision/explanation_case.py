"""One kept decision as an explanation reads it: nothing of it is looked up anew, so that what decided then is what is told now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from features.customer import CustomerFeatures
from serving.decision.record import Bundle, Ranking, Withheld
from training.talk import Talk


@dataclass(frozen=True, slots=True)
class ShownBriefly:
    """A card of the decision, without its words. why_here is the code of its first reason."""

    action_id: str
    rank: int
    explored: bool
    why_here: str


@dataclass(frozen=True, slots=True)
class Case:
    """values: what the conditions read, by dotted name, None missing. model_version is None when no model scored."""

    decision_id: str
    at: datetime
    language: str
    channel: str
    group: str
    playbook_version: str
    model_version: str | None
    shown: tuple[ShownBriefly, ...]
    withheld: tuple[Withheld, ...]
    ranking: Ranking
    bundle: Bundle | None
    values: Mapping[str, object]
    certificates: frozenset[str]
    seen: CustomerFeatures
    talk: Talk

    def card(self, action_id: str) -> ShownBriefly | None:
        return next((card for card in self.shown if card.action_id == action_id), None)

    def fall(self, action_id: str) -> Withheld | None:
        return next((fall for fall in self.withheld if fall.action_id == action_id), None)

    def position(self, action_id: str) -> int | None:
        """Where it stood by priority, 0 the best; None when it never reached arbitration."""
        ids = self.ranking.action_ids
        return ids.index(action_id) if action_id in ids else None

    def action_ids(self) -> tuple[str, ...]:
        """Every action the decision looked at: those ranked, best first, then those that fell, in the order in which they fell."""
        return tuple(dict.fromkeys((*self.ranking.action_ids, *(fall.action_id for fall in self.withheld))))
