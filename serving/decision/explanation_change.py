"""The nearest change that would have made an action win: found by asking the same conditions and the same price again, not by a model of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import inf, isnan, nextafter

from playbooks.condition.compared import compared_values
from playbooks.expression import Expression
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from playbooks.schema.policy import EngagementPolicy
from serving.decision.explanation_case import Case
from serving.decision.explanation_funnel import seen_by
from serving.decision.gates import BAD_MOOD_AT

_SOMETHING_ELSE = "\0 something else"
MOST_CANDIDATES = 24
"""Values tried in one condition; pairs of them are tried when none does alone."""


@dataclass(frozen=True, slots=True)
class Change:
    """`name` from what it was to a value that is `operator` `to`: == < <= > >= != or `known`."""

    name: str
    was: object
    operator: str
    to: object


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A policy in the way, and the smallest change of what it read that would have opened it; none when no such change was found."""

    stage: str
    policy_id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    change: Change
    value: object
    distance: float


def obstacles_of(case: Case, playbook: Playbook, action: Action) -> tuple[Obstacle, ...]:
    """The policy it fell by, and every further engagement policy that the same values would not have met."""
    fall = case.fall(action.action_id)
    if fall is None:
        return ()
    failed = [policy for policy in _failed(case, playbook, action) if policy.policy_id != fall.policy_id]
    mine = next((policy for policy in playbook.engagement_policies if policy.policy_id == fall.policy_id), None)
    first = (
        _engagement(mine, case, action)
        if mine and playbook.version == case.playbook_version
        else _gate(fall.stage, fall.policy_id, case, action)
    )
    return (first, *(_engagement(policy, case, action) for policy in failed))


def _failed(case: Case, playbook: Playbook, action: Action) -> Iterator[EngagementPolicy]:
    if playbook.version != case.playbook_version:
        return
    read = seen_by(case, action)
    for policy in playbook.engagement_policies:
        if policy.target.covers(action) and policy.condition.function(read) is not True:
            yield policy


def _engagement(policy: EngagementPolicy, case: Case, action: Action) -> Obstacle:
    return Obstacle(policy.stage.value, policy.policy_id, nearest(policy.condition, seen_by(case, action)))


def _gate(stage: str, policy_id: str, case: Case, action: Action) -> Obstacle:
    """What would open one of the product's own gates. A limit or an answer is opened by nothing but time."""
    values = case.values
    opens: Mapping[str, tuple[Change, ...]] = {
        "marketing_consent": (Change("customer.marketing_consent", values.get("customer.marketing_consent"), "==", 1),),
        "opted_out": (Change("customer.opted_out", values.get("customer.opted_out"), "==", 0),),
        "bad_mood": (Change("scene.sentiment", values.get("scene.sentiment"), ">", BAD_MOOD_AT),),
        "complaint": (Change("scene.complaint", True, "==", False),),
        "matter_open": (Change("scene.resolved", values.get("scene.resolved"), "==", True),),
        "certificate": tuple(
            Change("agent.certificates", sorted(case.certificates), "has", one) for one in sorted(action.certificates - case.certificates)
        ),
    }
    return Obstacle(stage, policy_id, opens.get(policy_id, ()))


def nearest(condition: Expression, read: Mapping[str, object]) -> tuple[Change, ...]:
    """The smallest change of values that makes the condition true: of one value, else of two; empty when it takes more. Not of the action itself."""
    candidates = list(_candidates(condition, read))[:MOST_CANDIDATES]
    for size in (1, 2):
        opening = [tried for tried in combinations(candidates, size) if _opens(condition, read, tried)]
        if opening:
            best = min(opening, key=lambda tried: sum(one.distance for one in tried))
            return tuple(one.change for one in best)
    return ()


def _opens(condition: Expression, read: Mapping[str, object], tried: tuple[_Candidate, ...]) -> bool:
    if len({one.change.name for one in tried}) < len(tried):
        return False
    return condition.function({**read, **{one.change.name: one.value for one in tried}}) is True


def _candidates(condition: Expression, read: Mapping[str, object]) -> Iterator[_Candidate]:
    """Values on both sides of every number, and every word, that the condition compares with; both answers where it compares with nothing."""
    compared = compared_values(condition.source, condition.place)
    for one in compared:
        was = read.get(one.name)
        if one.operator == "has":
            together = (was if isinstance(was, frozenset) else frozenset()) | {str(one.value)}
            yield _Candidate(Change(one.name, sorted(together - {str(one.value)}), "has", one.value), together, 1.0)
        elif not one.name.startswith("action.") and one.value is not None:
            yield from _around(one.name, was, one.value)
    for name in sorted(condition.names - {one.name for one in compared}):
        if not name.startswith("action."):
            yield from (_Candidate(Change(name, read.get(name), "==", answer), answer, 1.0) for answer in (False, True))


def _around(name: str, was: object, literal: object) -> Iterator[_Candidate]:
    if isinstance(literal, bool):
        yield _Candidate(Change(name, was, "==", literal), literal, 1.0)
    elif isinstance(literal, int | float):
        distance = _distance(was, float(literal))
        at = "<=" if isinstance(was, int | float) and was > literal else ">="
        yield _Candidate(Change(name, was, at, literal), float(literal), distance)
        yield _Candidate(Change(name, was, "<", literal), nextafter(literal, -inf), distance + 1e-9)
        yield _Candidate(Change(name, was, ">", literal), nextafter(literal, inf), distance + 1e-9)
    else:
        yield _Candidate(Change(name, was, "==", literal), literal, 1.0)
        yield _Candidate(Change(name, was, "!=", literal), _SOMETHING_ELSE, 1.0)


def _distance(was: object, literal: float) -> float:
    """Relative, in [0, 1]; a value nobody knew is as far as can be."""
    if not isinstance(was, int | float) or isnan(was):
        return 1.0
    scale = max(abs(was), abs(literal))
    return abs(was - literal) / scale / 2.0 if scale else 0.0
