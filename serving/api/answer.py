"""The answer built from the decision, as bytes that are kept and sent alike."""

from collections.abc import Sequence

import orjson

from serving.decision.record import Decision, Reason

_NAMES = ("decision_id", "interaction_id", "customer_id", "decided_at", "expires_at", "playbook_version", "group", "model_versions")


def decision_bytes(decision: Decision, instead_of: str | None = None, why: Sequence[Reason] = ()) -> bytes:
    """The body of POST /v1/decisions and GET /v1/decisions/{id}: one and the same. The fields of cards, reasons and scripts are those of their types.

    instead_of: the decision whose advice this one changes inside a talk, and why.
    """
    body: dict[str, object] = {name: getattr(decision, name) for name in _NAMES}
    body["scene"] = decision.scene
    body["actions"] = decision.actions
    body["withheld"] = decision.withheld
    body["degraded"] = decision.degraded
    if instead_of is not None:
        body["changed"] = {"instead_of": instead_of, "reasons": why}
    return orjson.dumps(body)
