"""Does the advice on the screen stand? An agent in the middle of a sentence is not to be disturbed without a cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from serving.decision.assignment import CONTROL
from serving.decision.record import Decision, Reason, Shown
from serving.decision.wording import CHANGE_REASONS, said

MARGIN = 0.10
"""Another action takes the first place only when its priority is higher by more than this share of the larger of the two."""


@dataclass(frozen=True, slots=True)
class Stood:
    """The advice on the screen, as far as it matters here. action_ids and titles by rank; withheld: what was not allowed then."""

    decision_id: str
    expires_at: datetime
    group: str
    action_ids: tuple[str, ...]
    titles: Mapping[str, str]
    first_script: str | None
    explored: bool
    withheld: frozenset[str]
    need: str | None
    sentiment: float | None

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Stood":
        """answer: the body that was sent."""
        actions, scene = answer["actions"], answer["scene"]
        return cls(
            answer["decision_id"],
            datetime.fromisoformat(answer["expires_at"]),
            answer["group"],
            tuple(action["action_id"] for action in actions),
            {action["action_id"]: action["title"] for action in actions},
            actions[0]["script"]["script_id"] if actions else None,
            bool(actions and actions[0]["explored"]),
            frozenset(withheld["action_id"] for withheld in answer["withheld"]),
            scene["need"],
            scene["sentiment"],
        )


def why_changed(stood: Stood, fresh: Decision) -> tuple[Reason, ...]:
    """The reasons to show the fresh decision; none when the advice stands.

    It changes when it is too old, when an action on the screen is no longer allowed, when something must be said that is not on the
    screen, when the mood turned and the first action has other words for it, and when another action is better by more than MARGIN. Where chance placed the first action
    (control group, exploration) the order says nothing, and what counts is whether an action became allowed that was not.
    """
    reasons = [
        *_expired(stood, fresh),
        *_fell(stood, fresh),
        *_must_say(stood, fresh),
        *_turned(stood, fresh),
        *(_newly_allowed(stood, fresh) if stood.group == CONTROL or stood.explored else _better(stood, fresh)),
    ]
    return tuple(reasons)


def _reason(fresh: Decision, code: str, **values: str) -> Reason:
    return Reason(code, said(CHANGE_REASONS[code], fresh.language).format(**values))


def _expired(stood: Stood, fresh: Decision) -> Sequence[Reason]:
    return [_reason(fresh, "expired")] if fresh.decided_at >= stood.expires_at else []


def _fell(stood: Stood, fresh: Decision) -> Sequence[Reason]:
    living = frozenset(fresh.ranking.action_ids)
    told = {withheld.action_id: withheld.reason for withheld in fresh.withheld}
    gone = [action_id for action_id in stood.action_ids if action_id not in living]
    return [_reason(fresh, "fell", title=stood.titles[action_id], why=told.get(action_id, "")) for action_id in gone]


def _must_say(stood: Stood, fresh: Decision) -> Sequence[Reason]:
    new = [shown for shown in fresh.actions if shown.reasons[0].code == "mandatory" and shown.action_id not in stood.action_ids]
    return [_reason(fresh, "must_say", title=shown.title) for shown in new]


def _turned(stood: Stood, fresh: Decision) -> Sequence[Reason]:
    """The mood first (M2): the same action may need other words now."""
    scene = fresh.scene
    turned = (scene.need == "emotion") != (stood.need == "emotion") or _low(scene.sentiment) != _low(stood.sentiment)
    first = stood.action_ids[0] if stood.action_ids else None
    words = next((shown.script.script_id for shown in fresh.actions if shown.action_id == first), stood.first_script)
    return [_reason(fresh, "mood_turned")] if turned and words != stood.first_script else []


def _low(sentiment: float | None) -> bool:
    return sentiment is not None and sentiment < 0.0


def _newly_allowed(stood: Stood, fresh: Decision) -> Sequence[Reason]:
    return [_reason(fresh, "allowed")] if any(action_id in stood.withheld for action_id in fresh.ranking.action_ids) else []


def _better(stood: Stood, fresh: Decision) -> Sequence[Reason]:
    """Compared at today's prices: what the first action on the screen is worth now, and the best there is now."""
    worth = dict(zip(fresh.ranking.action_ids, fresh.ranking.priority, strict=True))
    mandatory = {shown.action_id for shown in fresh.actions if shown.reasons[0].code == "mandatory"}
    best = next((shown.action_id for shown in sorted(fresh.actions, key=_by_priority) if shown.action_id not in mandatory), None)
    first = next((action_id for action_id in stood.action_ids if action_id not in mandatory), None)
    if best is None or best == first or (first is not None and first not in worth):
        return []
    if first is not None and worth[best] - worth[first] <= MARGIN * max(abs(worth[best]), abs(worth[first])):
        return []
    title = next(shown.title for shown in fresh.actions if shown.action_id == best)
    return [_reason(fresh, "better", title=title)]


def _by_priority(shown: Shown) -> float:
    return -shown.priority
