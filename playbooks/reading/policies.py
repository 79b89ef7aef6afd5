"""Engagement policies, contact policies, levers and context weights."""

from datetime import timedelta
from enum import StrEnum

from playbooks.reading.conditions import condition, needed_condition
from playbooks.reading.fields import Fields, Source
from playbooks.reading.findings import nearest_of
from playbooks.reading.nodes import Node
from playbooks.schema.policy import ContactPolicy, EngagementPolicy, Target, Weight
from playbooks.schema.words import ActionClass, ActionKind, Level, PolicyStage

COUNTED_OUTCOMES = ("presented", "accepted", "declined", "deferred", "converted", "cancelled", "opted_out")


class ChannelsCounted(StrEnum):
    ALL = "all"
    ONE = "one"


def read_target(fields: Fields) -> Target:
    """`for: {actions, groups, kinds, classes}`; absent means every action."""
    inner = fields.table("for")
    if inner is None:
        return Target()
    target = Target(
        actions=frozenset(inner.references("actions", "action")),
        groups=frozenset(inner.references("groups", "group")),
        kinds=_fixed(inner, "kinds", tuple(ActionKind)),
        classes=_fixed(inner, "classes", tuple(ActionClass)),
    )
    inner.done()
    return target


def _fixed(fields: Fields, key: str, allowed: tuple[str, ...]) -> frozenset[str]:
    words = fields.words(key)
    for word, line in words:
        if word not in allowed:
            fields.source.report(line, f"{fields.name}: {key} {word!r} is unknown", nearest_of(word, allowed))
    return frozenset(word for word, _ in words)


def _named_policy(source: Source, node: Node) -> Fields:
    fields = source.table(node, "a policy")
    policy_id = fields.identifier("id")
    fields.name = f"policy {policy_id!r}"
    if policy_id:
        source.findings.declare("policy", policy_id, source.at(fields.line_of("id")))
    return fields


def read_engagement(source: Source, node: Node, target: Target | None = None) -> EngagementPolicy:
    """One engagement policy; `target` is given where the policy stands inside an action's file and may not say `for`."""
    fields = _named_policy(source, node)
    policy = EngagementPolicy(
        policy_id=fields.identifier("id"),
        stage=fields.word("stage", PolicyStage),
        target=target or read_target(fields),
        condition=needed_condition(fields, "when"),
        reason=fields.localized("reason"),
        place=fields.place,
    )
    fields.done()
    return policy


def read_contact(source: Source, node: Node) -> ContactPolicy:
    """One contact policy. Its pause must be longer than nothing, so that every suppression ends."""
    fields = _named_policy(source, node)
    outcomes = _fixed(fields, "outcomes", COUNTED_OUTCOMES)
    if not outcomes:
        fields.report("outcomes", "counts no outcome", f"name some of {', '.join(COUNTED_OUTCOMES)}")
    target = read_target(fields)
    if target.classes and ActionClass.PROMOTIONAL not in target.classes:
        fields.report("for", "limits only actions that are free of contact limits", "name promotional among the classes, or drop them")
    policy = ContactPolicy(
        policy_id=fields.identifier("id"),
        target=target,
        outcomes=outcomes,
        level=fields.word("level", Level),
        one_channel=fields.word("channels", ChannelsCounted, ChannelsCounted.ALL) is ChannelsCounted.ONE,
        window=fields.duration("window"),
        count=_count(fields),
        pause=_pause(fields),
        reason=fields.localized("reason"),
        place=fields.place,
    )
    fields.done()
    return policy


def _pause(fields: Fields) -> timedelta:
    value = fields.maybe_text("pause")
    if value is not None and value.lower() in {"forever", "for ever", "never", "always", "unlimited", "inf"}:
        fields.report(
            "pause", f"a pause of {value!r} could never end", "write how long, as in 365 days; 'never again' is an answer, not a policy"
        )
        return timedelta()
    return fields.duration("pause")


def _count(fields: Fields) -> int:
    number = fields.number("count", 1, 10_000)
    if number != int(number):
        fields.report("count", f"count {number} is not a whole number", "write a whole number")
    return int(number)


def read_weight(source: Source, node: Node) -> Weight:
    """One lever or context weight, in per cent."""
    fields = source.table(node, "a weight")
    weight = Weight(
        target=read_target(fields),
        percent=fields.number("percent", -1000, 1000),
        when=condition(fields, "when"),
        place=fields.place,
    )
    fields.done()
    return weight
