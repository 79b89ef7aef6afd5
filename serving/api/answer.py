"""The answer built from the decision, as bytes that are kept and sent alike."""

from collections.abc import Sequence
from dataclasses import asdict

import orjson

from serving.decision.moment import Scene
from serving.decision.record import Decision, Reason, Shown


def _scene(scene: Scene) -> dict[str, object]:
    plain = ("contact_reason", "need", "need_level", "sentiment", "resolved", "complaint")
    utterances = [{"speaker": said.speaker, "text": said.text, "at": said.at} for said in scene.utterances]
    return {name: getattr(scene, name) for name in plain} | {"facts": dict(scene.facts), "utterances": utterances}


def _action(shown: Shown) -> dict[str, object]:
    return asdict(shown)


def decision_bytes(decision: Decision, instead_of: str | None = None, why: Sequence[Reason] = ()) -> bytes:
    """The body of POST /v1/decisions and GET /v1/decisions/{id}: one and the same.

    instead_of: the decision whose advice this one changes inside a talk, and why.
    """
    names = ("decision_id", "interaction_id", "customer_id", "decided_at", "expires_at", "playbook_version", "group")
    body: dict[str, object] = {name: getattr(decision, name) for name in names}
    body |= {
        "model_versions": dict(decision.model_versions),
        "scene": _scene(decision.scene),
        "actions": [_action(shown) for shown in decision.actions],
        "withheld": [asdict(withheld) for withheld in decision.withheld],
        "degraded": list(decision.degraded),
    }
    if instead_of is not None:
        body["changed"] = {"instead_of": instead_of, "reasons": [asdict(reason) for reason in why]}
    return orjson.dumps(body)
