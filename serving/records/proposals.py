"""What a decision showed, as rows of the event table `proposals`; a challenger's unseen word goes along in their attributes."""

from collections.abc import Mapping, Sequence
from typing import Any

from serving.records.decisions import KeptDecision
from serving.records.held_back import held_back, not_held_back

Rows = list[dict[str, Any]]
Attributes = Mapping[str, str]
"""Of a proposal: shadow_version, shadow_propensity in [0, 1], and shadow_uplift where that would have stood in its place in the priority."""
Unseen = Mapping[str, Mapping[str, Attributes]]
"""By decision and action, what a challenger in the shadow said."""


def proposal_rows(decided: Sequence[KeptDecision], unseen: Unseen) -> Rows:
    """A row per shown action."""
    return [row for kept in decided for row in _rows(kept, unseen.get(kept.decision_id, {}))]


def _rows(kept: KeptDecision, unseen: Mapping[str, Attributes]) -> Rows:
    answer = kept.shown()
    scene = answer["scene"]
    talk = {
        "contact_reason": scene.get("contact_reason"),
        "need": scene.get("need"),
        "sentiment": scene.get("sentiment"),
        "direction": kept.direction,
        "wait_seconds": kept.wait_seconds,
        "transfers": kept.transfers,
        "group": answer["group"],
        "model": answer["model_versions"].get("propensity"),
    }
    said = {name: str(value) for name, value in talk.items() if value is not None} | held_back(answer)
    return [
        {
            "decision_id": kept.decision_id,
            "action_id": action["action_id"],
            "interaction_id": kept.interaction_id,
            "customer_id": kept.customer_id,
            "proposed_at": kept.decided_at,
            "channel": kept.channel,
            "script_id": action["script"]["script_id"],
            "style": action["script"]["style"],
            "rank": action["rank"],
            "probability": action["probability"],
            "attributes": said | _price(action) | not_held_back(action) | dict(unseen.get(action["action_id"], {})),
        }
        for action in answer["actions"]
    ]


def _price(action: Mapping[str, Any]) -> dict[str, str]:
    """The propensity of a card, and the uplift where that stood in its place in the priority."""
    uplift = (action.get("incremental") or {}).get("uplift")
    return {"propensity": str(action["propensity"])} | ({} if uplift is None else {"uplift": str(uplift)})
