"""One action file: the action, its scripts, and the policies that speak of it alone."""

from collections.abc import Mapping
from datetime import timedelta

from playbooks.reading.fields import Fields, Source
from playbooks.reading.incremental import read_incremental
from playbooks.reading.nodes import Node
from playbooks.reading.policies import read_engagement
from playbooks.reading.scripts import read_script
from playbooks.reading.validity import read_validity
from playbooks.schema.action import Action
from playbooks.schema.policy import EngagementPolicy, Target
from playbooks.schema.words import ActionClass, ActionKind, Medium

RESPONSE_WINDOW = timedelta(days=7)
MOST_MONEY = 1e9
MOST_EVIDENCE = 1e6


def read_action(source: Source, node: Node, media: Mapping[str, Medium]) -> tuple[Action, tuple[EngagementPolicy, ...]]:
    """The action and its own engagement policies."""
    fields = source.table(node, "an action")
    action_id = fields.identifier("action")
    fields.name = f"action {action_id!r}"
    if action_id:
        source.findings.declare("action", action_id, source.at(fields.line_of("action")))
    disclosures = fields.references("disclosures", "disclosure")
    propensity, evidence = read_starting(fields)
    valid_from, valid_until = read_validity(fields)
    action = Action(
        action_id=action_id,
        kind=fields.word("kind", ActionKind),
        group=fields.reference("group", "group"),
        action_class=fields.word("class", ActionClass),
        title=fields.localized("title"),
        value=fields.number("value", 0, MOST_MONEY),
        cost=fields.number("cost", 0, MOST_MONEY, 0.0),
        valid_from=valid_from,
        valid_until=valid_until,
        certificates=frozenset(fields.references("certificates", "certificate")),
        response_window=fields.duration("response_window", RESPONSE_WINDOW),
        starting_propensity=propensity,
        evidence_weight=evidence,
        accept_label=fields.localized("accept"),
        decline_label=fields.localized("decline"),
        decline_reasons=fields.references("decline_reasons", "decline reason"),
        disclosures=disclosures,
        excludes=frozenset(fields.references("excludes", "action")),
        members=fields.references("members", "action"),
        scripts=tuple(read_script(source, item, action_id, disclosures, media) for item in fields.items("scripts")),
        place=fields.place,
        incremental=read_incremental(fields),
    )
    _refuse_self(fields, action)
    own = tuple(read_engagement(source, item, Target(actions=frozenset({action_id}))) for item in fields.items("policies"))
    fields.done()
    return action, own


def read_starting(fields: Fields) -> tuple[float | None, float | None]:
    """`starting: {propensity, evidence}`; None, None when it is absent."""
    inner = fields.table("starting")
    if inner is None:
        return None, None
    read = inner.number("propensity", 0, 1), inner.number("evidence", 0, MOST_EVIDENCE)
    inner.done()
    return read


def _refuse_self(fields: Fields, action: Action) -> None:
    if action.action_id in action.excludes:
        fields.report("excludes", "excludes itself", "take it out of excludes")
    if action.action_id in action.members:
        fields.report("members", "is a member of itself", "take it out of members")
    both = sorted(action.excludes & set(action.members))
    if both:
        fields.report("excludes", f"excludes its own member {both[0]!r}", "keep it in one of the two lists")
