"""Who comes into question: valid at the moment, within the agent's certificates; and bundles, fixed and personal."""

from collections.abc import Iterable
from datetime import datetime
from math import prod

from playbooks.schema.action import Action
from serving.decision.catalogue import Catalogue, Notice, Standing, positions
from serving.decision.record import Bundle
from serving.decision.wording import CERTIFICATE, MEMBER_FELL, VALIDITY

INDEPENDENCE = "answers to the parts are independent of each other"


class Candidates:
    """The actions of a book that may come into question at all."""

    __slots__ = ("_catalogue", "_certified", "_missing_certificate", "_not_valid", "_timed")

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        timed = [(slot, action) for slot, action in enumerate(catalogue.actions) if action.valid_from or action.valid_until]
        self._timed: list[tuple[int, Action]] = timed
        self._certified = [(1 << slot, action.certificates) for slot, action in enumerate(catalogue.actions) if action.certificates]
        self._not_valid = Notice(catalogue, "validity", "valid", VALIDITY)
        self._missing_certificate = Notice(catalogue, "certificate", "certificate", CERTIFICATE)

    def at(self, at: datetime, certificates: frozenset[str], language: str) -> Standing:
        """Everything that is valid at `at` and that an agent with these certificates may offer (D4)."""
        standing = Standing(self._catalogue.everything)
        ended = sum(1 << slot for slot, action in self._timed if not action.valid_at(at))
        standing.withhold(ended, self._not_valid.in_language(language))
        lacking = sum(bit for bit, needed in self._certified if not needed <= certificates)
        standing.withhold(lacking, self._missing_certificate.in_language(language))
        return standing


class Bundles:
    """Fixed bundles: one that names a member which is not allowed falls with it."""

    __slots__ = ("_bundles", "_notice")

    def __init__(self, catalogue: Catalogue) -> None:
        self._bundles = [
            (1 << slot, sum(1 << catalogue.slots[member] for member in action.members))
            for slot, action in enumerate(catalogue.actions)
            if action.members
        ]
        self._notice = Notice(catalogue, "bundle", "members", MEMBER_FELL)

    def apply(self, standing: Standing, language: str) -> None:
        """Until nothing more falls, since a bundle may be a member of another."""
        while True:
            falling = sum(bit for bit, members in self._bundles if bit & standing.alive and members & ~standing.alive)
            if not falling:
                return
            standing.withhold(falling, self._notice.in_language(language))


def exclude_each_other(one: Action, other: Action) -> bool:
    """An exclusion said on one side holds on both."""
    return other.action_id in one.excludes or one.action_id in other.excludes


def personal_bundle(ranked: Iterable[tuple[Action, float]], size: int = 3) -> Bundle | None:
    """The customer's own best allowed actions that go together, best first (D12).

    ranked: (action, propensity) of the allowed actions, best first. Fixed bundles stay out, as they hold other actions already. None below two parts.
    """
    taken: list[tuple[Action, float]] = []
    for action, propensity in ranked:
        if len(taken) == size:
            break
        if not action.members and not any(exclude_each_other(action, other) for other, _ in taken):
            taken.append((action, propensity))
    if len(taken) < 2:
        return None
    return Bundle(tuple(action.action_id for action, _ in taken), prod(propensity for _, propensity in taken), INDEPENDENCE)


def living(catalogue: Catalogue, standing: Standing) -> tuple[str, ...]:
    """The ids of those that still stand, in the book's order."""
    if standing.alive == catalogue.everything:
        return catalogue.ids
    return tuple([catalogue.ids[slot] for slot in positions(standing.alive)])
