"""The actions of one book in a fixed order. A set of actions is the bits of one integer: fast to cut, cheap to keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from playbooks.schema.policy import Target
from playbooks.schema.words import ActionClass, Level, Text
from serving.decision.record import Withheld
from serving.decision.wording import said


@lru_cache(maxsize=16384)
def positions(bits: int) -> tuple[int, ...]:
    """The slots of a set, ascending."""
    return tuple(slot for slot, bit in enumerate(reversed(f"{bits:b}")) if bit == "1")


def _tie_order(action: Action) -> tuple[bool, float, str]:
    return action.action_class is not ActionClass.MANDATORY, -action.value, action.action_id


@dataclass(frozen=True, slots=True)
class Catalogue:
    """actions in the order of a tie: mandatory first, then larger value, then id; slots says which bit is whose."""

    actions: tuple[Action, ...]
    ids: tuple[str, ...]
    slots: dict[str, int]

    @classmethod
    def of(cls, playbook: Playbook) -> "Catalogue":
        actions = tuple(sorted(playbook.actions.values(), key=_tie_order))
        ids = tuple(action.action_id for action in actions)
        return cls(actions, ids, {action_id: slot for slot, action_id in enumerate(ids)})

    @property
    def everything(self) -> int:
        return (1 << len(self.actions)) - 1

    def where(self, holds: Callable[[Action], bool]) -> int:
        """The set of the actions for which `holds`."""
        return sum(1 << slot for slot, action in enumerate(self.actions) if holds(action))

    def covered(self, target: Target) -> int:
        return self.where(target.covers)

    def peers(self, level: Level) -> tuple[int, ...]:
        """For every slot, the set that stands or is paused together with it at this level."""
        if level is Level.ACTION:
            return tuple(1 << slot for slot in range(len(self.actions)))
        if level is Level.GROUP:
            return tuple(self.where(lambda other, mine=action: other.group == mine.group) for action in self.actions)  # type: ignore[misc]
        return tuple(self.where(lambda other, mine=action: other.kind == mine.kind) for action in self.actions)  # type: ignore[misc]


@dataclass(slots=True)
class Standing:
    """Who still stands, and what was said of those who fell: each falls once, by the first rule it fails."""

    alive: int
    withheld: list[Withheld] = field(default_factory=list)

    def withhold(self, bits: int, notices: Sequence[Withheld]) -> None:
        """Take `bits` out; notices has one Withheld per slot of the catalogue."""
        falling = bits & self.alive
        if falling:
            self.alive ^= falling
            self.withheld.extend([notices[slot] for slot in positions(falling)])


class Notice:
    """What one rule says of the actions it takes out: made once per language, since a decision must not build what never changes."""

    __slots__ = ("_catalogue", "_made", "policy_id", "reason", "stage")

    def __init__(self, catalogue: Catalogue, stage: str, policy_id: str, reason: Text) -> None:
        self._catalogue = catalogue
        self._made: dict[str, tuple[Withheld, ...]] = {}
        self.stage = stage
        self.policy_id = policy_id
        self.reason = reason

    def in_language(self, language: str) -> tuple[Withheld, ...]:
        """One Withheld per slot."""
        made = self._made.get(language)
        if made is None:
            text = said(self.reason, language)
            made = tuple(Withheld(action_id, self.stage, self.policy_id, text) for action_id in self._catalogue.ids)
            self._made[language] = made
        return made
