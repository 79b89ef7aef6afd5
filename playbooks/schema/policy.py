"""Policies, levers and context weights: who may be offered what, how often, and how much it counts."""

from dataclasses import dataclass
from datetime import timedelta

from playbooks.expression import Expression
from playbooks.schema.action import Action
from playbooks.schema.words import Level, PolicyStage, Text


@dataclass(frozen=True, slots=True)
class Target:
    """Which actions a rule speaks of. Every empty set means all; classes are action classes."""

    actions: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()

    def covers(self, action: Action) -> bool:
        return (
            (not self.actions or action.action_id in self.actions)
            and (not self.groups or action.group in self.groups)
            and (not self.kinds or action.kind in self.kinds)
            and (not self.classes or action.action_class in self.classes)
        )


@dataclass(frozen=True, slots=True)
class EngagementPolicy:
    """The action stays only when `condition` is true; over a missing value the policy is not met unless the condition says otherwise."""

    policy_id: str
    stage: PolicyStage
    target: Target
    condition: Expression
    reason: Text
    place: str


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """`count` of these outcomes within `window` at `level` pauses it for `pause`, from the last counted one.

    one_channel: counted and paused on each channel for itself; else over all channels together.
    """

    policy_id: str
    target: Target
    outcomes: frozenset[str]
    level: Level
    one_channel: bool
    window: timedelta
    count: int
    pause: timedelta
    reason: Text
    place: str


@dataclass(frozen=True, slots=True)
class Weight:
    """A percentage for levers and context weights. Those that match are summed: factor = max(0, 1 + sum / 100). `when` None: always."""

    target: Target
    percent: float
    when: Expression | None
    place: str
