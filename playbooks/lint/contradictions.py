"""Policies that can never be met, alone or together, or that are for no action, and scripts that can therefore never be chosen.

Sound, not complete: only comparisons that must all hold are looked at, so every flag is true and some contradictions stay unseen.
"""

from collections.abc import Iterator, Mapping

from playbooks.expression import Expression
from playbooks.lint.bounds import Demand, demands
from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.unknown_fields import conditions
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from playbooks.schema.policy import ContactPolicy, EngagementPolicy


def check(subject: Subject) -> Iterator[Flag]:
    alone = set()
    for owner, condition in conditions(subject):
        for name, demand in _demands(condition).items():
            if demand.impossible:
                alone.add(condition.place)
                yield Flag(condition.place, f"{owner} can never be met: nothing satisfies what it asks of {name}", "mend the comparison")
    for action in subject.playbook.actions.values():
        yield from _together(action, subject.playbook.engagement_policies, alone)
    yield from _idle(subject.playbook)


def _idle(playbook: Playbook) -> Iterator[Flag]:
    """A policy for no action there is: most often its kinds, groups and classes do not go together."""
    policies: tuple[EngagementPolicy | ContactPolicy, ...] = (*playbook.engagement_policies, *playbook.contact_policies)
    for policy in policies:
        if not any(policy.target.covers(action) for action in playbook.actions.values()):
            yield Flag(
                policy.place, f"policy {policy.policy_id!r} is for no action there is", "widen its `for`, or drop it", Severity.WARNING
            )


def _demands(condition: Expression) -> Mapping[str, Demand]:
    return demands(condition.source, condition.place)


def _together(action: Action, policies: tuple[EngagementPolicy, ...], alone: set[str]) -> Iterator[Flag]:
    """Demands of all policies of one action, then of each script with them."""
    asked: dict[str, tuple[Demand, str]] = {}
    for policy in policies:
        if not policy.target.covers(action) or policy.condition.place in alone:
            continue
        for name, demand in _demands(policy.condition).items():
            before, owner = asked.get(name, (Demand(), ""))
            joined = before.met_with(demand)
            if joined.impossible:
                message = (
                    f"action {action.action_id!r} can never be proposed: policies {owner!r} and {policy.policy_id!r} contradict over {name}"
                )
                yield Flag(policy.place, message, "mend one of them, or narrow what it is for")
                return
            asked[name] = (joined, policy.policy_id)
    for script in action.scripts:
        if script.when is None or script.when.place in alone:
            continue
        for name, demand in _demands(script.when).items():
            before, owner = asked.get(name, (Demand(), ""))
            if before.met_with(demand).impossible:
                message = f"script {script.script_id!r} can never be chosen: policy {owner!r} contradicts it over {name}"
                yield Flag(script.place, message, "mend its `when`, or drop it", Severity.WARNING)


RULE = Rule(
    "contradictions",
    Severity.ERROR,
    "no condition is impossible, no action is kept out by its own policies, every policy is for some action (warning)",
    check,
)
