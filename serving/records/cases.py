"""A kept decision made ready to be explained."""

from datetime import datetime
from typing import Any

import orjson

from serving.decision.explanation_case import Case, ShownBriefly
from serving.decision.record import Withheld
from serving.records.decisions import KeptDecision
from serving.records.store import Store
from serving.records.why import read_why


def find_case(store: Store, tenant: str, kept: KeptDecision) -> Case:
    """The decision as it was. Raises RecordError when a part of it is gone."""
    answer, why = kept.shown(), read_why(store, tenant, kept.customer_id, kept.why)
    scene = answer["scene"]
    return Case(
        kept.decision_id,
        kept.decided_at,
        why.language,
        kept.channel,
        answer["group"],
        answer["playbook_version"],
        answer["model_versions"].get("propensity"),
        tuple(_briefly(card) for card in answer["actions"]),
        tuple(_withheld(fall) for fall in answer["withheld"]),
        why.ranking,
        why.bundle,
        _values(kept, scene),
        why.certificates,
        why.seen,
        kept.talk(scene),
    )


def _briefly(card: dict[str, Any]) -> ShownBriefly:
    return ShownBriefly(card["action_id"], card["rank"], card["explored"], card["reasons"][0]["code"])


def _withheld(fall: dict[str, Any]) -> Withheld:
    until = fall["until"]
    return Withheld(
        fall["action_id"], fall["stage"], fall["policy_id"], fall["reason"], None if until is None else datetime.fromisoformat(until)
    )


def _values(kept: KeptDecision, scene: dict[str, Any]) -> dict[str, object]:
    """What the conditions read; and the scene and the facts, which the product's own gates read."""
    plain = ("contact_reason", "need", "need_level", "sentiment", "resolved", "complaint")
    told: dict[str, object] = {f"scene.{name}": scene[name] for name in plain}
    told |= {f"facts.{name}": value for name, value in scene["facts"].items()}
    told |= {"talk.channel": kept.channel, "talk.direction": kept.direction}
    read: dict[str, object] = orjson.loads(kept.features)
    return told | read
