"""Outcomes as they are kept: once per decision, action and word, with their way to the lake."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from features.events.tables import OUTCOMES as WORDS
from serving.errors import OutcomeError
from serving.records.decisions import KeptDecision
from serving.records.tables import OUTBOX, OUTCOMES
from serving.records.writer import Keep, Line


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody reports of one action of one decision. `until` goes with 'deferred'."""

    decision_id: str
    action_id: str
    outcome: str
    occurred_at: datetime
    reason: str | None = None
    value: float | None = None
    until: datetime | None = None


def check(reported: Reported, decision: KeptDecision, latest: datetime, number: int) -> None:
    """Raises OutcomeError for what cannot be: an unknown word, an action the decision never showed, a time before it or in the future."""
    if reported.outcome not in WORDS:
        raise OutcomeError(f"outcome {reported.outcome!r} is unknown; use one of {', '.join(WORDS)}", "outcome", number)
    shown = decision.action_ids()
    if reported.action_id not in shown:
        raise OutcomeError(
            f"decision {decision.decision_id} never showed {reported.action_id!r}; it showed {', '.join(shown)}", "action_id", number
        )
    if reported.occurred_at < decision.decided_at:
        raise OutcomeError(
            f"occurred_at is before the decision of {decision.decided_at.isoformat()}; give a later time", "occurred_at", number
        )
    if reported.occurred_at > latest:
        raise OutcomeError(f"occurred_at is in the future; the latest accepted now is {latest.isoformat()}", "occurred_at", number)


def outcome_lines(reported: Reported, decision: KeptDecision, tenant: str, now: datetime, reported_by: str) -> list[Line]:
    """The outcome (the first report of it stays) and its way to the lake."""
    values = {
        "tenant": tenant,
        "decision_id": reported.decision_id,
        "action_id": reported.action_id,
        "outcome": reported.outcome,
        "interaction_id": decision.interaction_id,
        "customer_id": decision.customer_id,
        "channel": decision.channel,
        "occurred_at": reported.occurred_at,
        "reason": reported.reason,
        "value": reported.value,
        "until": reported.until,
        "recorded_at": now,
        "reported_by": reported_by,
    }
    subject = orjson.dumps([reported.decision_id, reported.action_id, reported.outcome]).decode()
    outbox = {"tenant": tenant, "kind": "outcome", "subject": subject, "known_at": now}
    return [Line(OUTCOMES, values, Keep.FIRST), Line(OUTBOX, outbox)]
