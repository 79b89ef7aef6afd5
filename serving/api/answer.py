"""The answer built from the decision, as bytes that are kept and sent alike."""

from dataclasses import asdict

import orjson

from serving.decision.moment import Scene
from serving.decision.record import Decision, Shown


def _scene(scene: Scene) -> dict[str, object]:
    plain = ("contact_reason", "need", "need_level", "sentiment", "resolved", "complaint")
    utterances = [{"speaker": said.speaker, "text": said.text, "at": said.at} for said in scene.utterances]
    return {name: getattr(scene, name) for name in plain} | {"facts": dict(scene.facts), "utterances": utterances}


def _action(shown: Shown) -> dict[str, object]:
    return asdict(shown)


def decision_bytes(decision: Decision) -> bytes:
    """The body of POST /v1/decisions and GET /v1/decisions/{id}: one and the same."""
    names = ("decision_id", "interaction_id", "customer_id", "decided_at", "expires_at", "playbook_version", "group")
    body: dict[str, object] = {name: getattr(decision, name) for name in names}
    body |= {
        "model_versions": dict(decision.model_versions),
        "scene": _scene(decision.scene),
        "actions": [_action(shown) for shown in decision.actions],
        "withheld": [asdict(withheld) for withheld in decision.withheld],
        "degraded": list(decision.degraded),
    }
    return orjson.dumps(body)
