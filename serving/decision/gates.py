"""Gates that no book can open: consent, the right to say no, serve first and then sell, and what was answered is answered."""

from dataclasses import dataclass
from functools import partial

from playbooks.schema.words import ActionClass, Text
from serving.decision.candidates import exclude_each_other
from serving.decision.catalogue import Catalogue, Notice, Standing
from serving.decision.moment import Moment
from serving.decision.past import Past
from serving.decision.wording import (
    ANSWERED,
    BAD_MOOD,
    COMPLAINT,
    EXCLUDED,
    FEATURES_GONE,
    HISTORY_GONE,
    MATTER_OPEN,
    NEVER_AGAIN,
    NO_CONSENT,
    OPTED_OUT,
    WRONG_PERSON,
)

BAD_MOOD_AT = -0.3
"""Sentiment in [-1, 1] at or below which the mood is bad (D1)."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What the customer allows: marketing_consent and opted_out as the features say, 1 or 0, NaN when unknown. No word is no consent (T3)."""

    marketing_consent: float
    opted_out: float


def has_bad_mood(moment: Moment) -> bool:
    """A mood nobody measured is not bad."""
    return moment.scene.sentiment is not None and moment.scene.sentiment <= BAD_MOOD_AT


class Gates:
    """The gates of the product itself. Mandatory actions still obey consent; transactional ones are no marketing."""

    __slots__ = ("_answered", "_complaint", "_consent", "_excluded", "_excluding", "_features", "_history", "_marketing", "_matter", "_mood", "_never", "_no_marketing",
                 "_opted_out", "_promotional", "_slots", "_wrong")  # fmt: skip

    def __init__(self, catalogue: Catalogue) -> None:
        def notice(stage: str, policy_id: str, reason: Text) -> Notice:
            return Notice(catalogue, stage, policy_id, reason)

        self._slots = catalogue.slots
        self._promotional = catalogue.where(lambda action: action.action_class is ActionClass.PROMOTIONAL)
        self._marketing = catalogue.where(lambda action: action.action_class is not ActionClass.TRANSACTIONAL)
        self._consent = notice("consent", "marketing_consent", NO_CONSENT)
        self._opted_out = notice("consent", "opted_out", OPTED_OUT)
        self._never = notice("answered", "never_again", NEVER_AGAIN)
        self._wrong = notice("identity", "wrong_number", WRONG_PERSON)
        self._features = notice("degraded", "features_unavailable", FEATURES_GONE)
        self._history = notice("degraded", "history_unavailable", HISTORY_GONE)
        self._complaint = notice("serve_first", "complaint", COMPLAINT)
        self._matter = notice("serve_first", "matter_open", MATTER_OPEN)
        self._mood = notice("serve_first", "bad_mood", BAD_MOOD)
        self._answered = notice("answered", "this_interaction", ANSWERED)
        self._excluding = notice("answered", "excluded", EXCLUDED)
        self._excluded = tuple(catalogue.where(partial(exclude_each_other, action)) for action in catalogue.actions)

    def consent(self, standing: Standing, permission: Permission, past: Past, language: str) -> None:
        """No marketing without a yes; an opt-out on whatever action and channel ends all of it; 'never again' ends that action for good."""
        if permission.opted_out > 0.0 or past.opted_out:
            standing.withhold(self._marketing, self._opted_out.in_language(language))
        if not permission.marketing_consent > 0.0:
            standing.withhold(self._marketing, self._consent.in_language(language))
        standing.withhold(self._set_of(past.never), self._never.in_language(language))

    def blind(self, standing: Standing, degraded: list[str], language: str) -> None:
        """No offer is made that a policy could not check (T4)."""
        if "features_unavailable" in degraded:
            standing.withhold(self._marketing, self._features.in_language(language))
        if "history_unavailable" in degraded:
            standing.withhold(self._promotional, self._history.in_language(language))

    def serve_first(self, standing: Standing, moment: Moment, past: Past, language: str) -> None:
        """Only a solved problem opens the door (D1); nothing is sold to somebody who is not the customer."""
        if past.wrong_person:
            standing.withhold(self._marketing, self._wrong.in_language(language))
        if moment.scene.complaint:
            standing.withhold(self._promotional, self._complaint.in_language(language))
        if has_bad_mood(moment):
            standing.withhold(self._promotional, self._mood.in_language(language))
        if moment.matter_open:
            standing.withhold(self._promotional, self._matter.in_language(language))

    def answered(self, standing: Standing, moment: Moment, past: Past, language: str) -> None:
        """What was answered with yes or no in this interaction is off for the rest of it, whatever its class; so is what a yes excludes."""
        if moment.answered or past.answered:
            standing.withhold(self._set_of(moment.answered | past.answered), self._answered.in_language(language))
        for action_id in past.accepted:
            if action_id in self._slots:
                standing.withhold(self._excluded[self._slots[action_id]], self._excluding.in_language(language))

    def _set_of(self, action_ids: set[str] | frozenset[str]) -> int:
        slots = self._slots
        return sum(1 << slots[action_id] for action_id in action_ids if action_id in slots)
