"""Actions arbitrated on what proposing them adds: from whom each is held back, and what the model says it adds for the others."""

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from playbooks.schema.action import Action
from serving.decision.assignment import in_share
from serving.decision.catalogue import Catalogue
from serving.decision.record import HeldBack, Incremental, Withheld
from serving.decision.wording import HELD_BACK, said
from training.price import added
from training.scorer import Gain

STAGE = "holdout"
Floats = NDArray[np.float64]


def in_holdout(action_id: str, person_id: str, share: float) -> bool:
    """Whether this person is never proposed the action. Each action has a salt of its own, so no two share their people."""
    return in_share(f"holdout:{action_id}", person_id, share)


class Incrementals:
    """The actions of a book with `incremental`; nothing to do where there are none."""

    __slots__ = ("_bits", "_catalogue", "_made", "_shares", "_slots", "_wanted")

    def __init__(self, catalogue: Catalogue) -> None:
        named = [(slot, action.incremental) for slot, action in enumerate(catalogue.actions) if action.incremental is not None]
        self._catalogue = catalogue
        self._slots = {slot: catalogue.ids[slot] for slot, _ in named}
        self._shares = {slot: told.holdout for slot, told in named}
        self._wanted = {slot: told.goal for slot, told in named}
        self._bits = {slot: catalogue.where(partial(_is_or_holds, catalogue.ids[slot])) for slot, _ in named}
        self._made: dict[str, tuple[Withheld, ...]] = {}

    def held_back(self, person_id: str) -> int:
        """The set of the actions that this person is never proposed, with the fixed bundles that hold one of them."""
        held = 0
        for slot, action_id in self._slots.items():
            if in_holdout(action_id, person_id, self._shares[slot]):
                held |= self._bits[slot]
        return held

    def notices(self, language: str) -> tuple[Withheld, ...]:
        """One per slot of the catalogue; a bundle is held back for a part of it, and says no share."""
        if language not in self._made:
            text = said(HELD_BACK, language)
            plain = [Withheld(action_id, STAGE, STAGE, text) for action_id in self._catalogue.ids]
            for slot, action_id in self._slots.items():
                plain[slot] = HeldBack(action_id, STAGE, STAGE, text, share=self._shares[slot])
            self._made[language] = tuple(plain)
        return self._made[language]

    def uplift(self, slots: NDArray[np.intp], gains: Mapping[str, Gain]) -> Floats | None:
        """(n,) what the proposal adds to the chance of the goal, never below 0; NaN where the propensity decides. None: it decides everywhere.

        A gain that was learned for another goal than the book's counts for nothing.
        """
        if not gains or not self._slots:
            return None
        found = np.full(len(slots), np.nan)
        for place, slot in enumerate(slots.tolist()):
            gain = gains.get(self._slots.get(slot, ""))
            if gain is not None:
                found[place] = added(self._wanted[slot], gain.goal, np.array(gain.uplift))
        return None if np.isnan(found).all() else found

    def on_card(self, slot: int, uplift: float | None) -> Incremental | None:
        """What the card of an action says of it; None for one without `incremental`."""
        return Incremental(self._shares[slot], uplift) if slot in self._slots else None


def _is_or_holds(action_id: str, action: Action) -> bool:
    return action.action_id == action_id or action_id in action.members
