"""The funnel of one decision: how many stood at each station, and where each action fell, with the values that decided."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from playbooks.schema.policy import ContactPolicy
from serving.decision.explanation_case import Case
from serving.decision.reading import FROM_ACTION
from serving.decision.wording import said

STATIONS = (
    "validity", "certificate", "degraded", "consent", "identity", "answered", "serve_first",
    "eligibility", "applicability", "suitability", "contact", "bundle", "script", "holdout",
)  # fmt: skip
"""In the order in which they are passed; what passes all of them is ranked."""
RANKED = "arbitration"
_GATE_VALUES: Mapping[str, tuple[str, ...]] = {
    "marketing_consent": ("customer.marketing_consent",),
    "opted_out": ("customer.opted_out",),
    "complaint": ("scene.complaint",),
    "bad_mood": ("scene.sentiment",),
    "matter_open": ("scene.resolved", "scene.contact_reason", "talk.direction"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """How many actions came here, fell here and went on."""

    stage: str
    entered: int
    fell: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one action ended: the station it fell at, or arbitration with its position by priority (1 the best) and its rank on the screen.

    values: what decided, by name, as it was then; an empty object where the policy is not in the playbook at hand.
    """

    action_id: str
    title: str
    stage: str
    policy_id: str | None
    reason: str | None
    until: datetime | None
    values: Mapping[str, object]
    position: int | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    stations: tuple[Station, ...]
    actions: tuple[Place, ...]


def funnel_of(case: Case, playbook: Playbook) -> Funnel:
    """Every action of the decision once."""
    places = tuple(_place(case, playbook, action_id) for action_id in case.action_ids())
    fallen = Counter(place.stage for place in places)
    standing, stations = len(places), []
    for stage in STATIONS:
        stations.append(Station(stage, standing, fallen[stage]))
        standing -= fallen[stage]
    return Funnel((*stations, Station(RANKED, standing, 0)), places)


def _place(case: Case, playbook: Playbook, action_id: str) -> Place:
    action = playbook.actions.get(action_id)
    title = action_id if action is None else said(action.title, case.language)
    fall = case.fall(action_id)
    if fall is not None:
        values = {} if action is None else _deciding(case, playbook, action, fall.stage, fall.policy_id)
        return Place(action_id, title, fall.stage, fall.policy_id, fall.reason, fall.until, values)
    position, card = case.position(action_id), case.card(action_id)
    ranking = case.ranking
    priority = {} if position is None else {"priority": ranking.priority[position]}
    return Place(
        action_id, title, RANKED, None, None, None, priority, None if position is None else position + 1, card.rank if card else None
    )


def seen_by(case: Case, action: Action) -> dict[str, object]:
    """The values of the decision as a condition over this action read them."""
    read = dict(case.values) | {name: value_of(action) for name, value_of in FROM_ACTION.items()}
    if "agent.certificates" in read:
        read["agent.certificates"] = case.certificates
    return read


def _deciding(case: Case, playbook: Playbook, action: Action, stage: str, policy_id: str) -> dict[str, object]:
    """The values the policy looked at. A policy of another version of the playbook may have looked at others, so none are told."""
    if stage == "certificate":
        return {"action.certificates": sorted(action.certificates), "agent.certificates": sorted(case.certificates)}
    if stage == "validity":
        return {"action.valid_from": action.valid_from, "action.valid_until": action.valid_until, "decided_at": case.at}
    if stage == "bundle":
        return {"action.members": list(action.members), "fallen": [one for one in action.members if case.fall(one)]}
    if stage == "script":
        return {"talk.channel": case.channel, "talk.language": case.language}
    if policy_id in _GATE_VALUES:
        return {name: case.values.get(name) for name in _GATE_VALUES[policy_id]}
    if playbook.version != case.playbook_version:
        return {}
    return _policy_values(case, playbook, action, policy_id)


def _policy_values(case: Case, playbook: Playbook, action: Action, policy_id: str) -> dict[str, object]:
    for policy in playbook.engagement_policies:
        if policy.policy_id == policy_id:
            read = seen_by(case, action)
            return {name: _plain(read.get(name)) for name in sorted(policy.condition.names)}
    return next((_limit(policy) for policy in playbook.contact_policies if policy.policy_id == policy_id), {})


def _limit(policy: ContactPolicy) -> dict[str, object]:
    days = 86400.0
    return {
        "outcomes": sorted(policy.outcomes),
        "count": policy.count,
        "window_days": policy.window.total_seconds() / days,
        "pause_days": policy.pause.total_seconds() / days,
        "level": policy.level.value,
    }


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
