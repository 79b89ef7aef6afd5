"""Outcomes as they are kept: once per decision, action and word, with their way to the lake."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import select

from features.events.tables import OUTCOMES as WORDS
from serving.decision.past import NEVER_AGAIN, WRONG_NUMBER
from serving.errors import OutcomeError
from serving.records.decisions import KeptDecision
from serving.records.lines import Keep, Line
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import OUTBOX, OUTCOMES

_WORD = re.compile("[a-z][a-z0-9_]*")

_O = OUTCOMES.c


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


def check(reported: Reported, decision: KeptDecision, latest: datetime, reasons: Mapping[str, object], number: int) -> None:
    """Raises OutcomeError for what cannot be: an unknown word, an action the decision never showed, a time before it or in the future.

    reasons: the playbook's decline reasons. Outcomes may come in any order: none is refused because of another.
    """
    if reported.outcome not in WORDS:
        raise OutcomeError(f"outcome {reported.outcome!r} is unknown; use one of {', '.join(WORDS)}", "outcome", number)
    shown = decision.action_ids()
    if reported.action_id not in shown:
        raise OutcomeError(
            f"decision {decision.decision_id} never showed {reported.action_id!r}; it showed {', '.join(shown)}", "action_id", number
        )
    _check_times(reported, decision, latest, number)
    _check_reason(reported, reasons, number)


def _check_times(reported: Reported, decision: KeptDecision, latest: datetime, number: int) -> None:
    if reported.occurred_at < decision.decided_at:
        raise OutcomeError(
            f"occurred_at is before the decision of {decision.decided_at.isoformat()}; give a later time", "occurred_at", number
        )
    if reported.occurred_at > latest:
        raise OutcomeError(f"occurred_at is in the future; the latest accepted now is {latest.isoformat()}", "occurred_at", number)
    if reported.until is None:
        return
    if reported.outcome != "deferred":
        raise OutcomeError(f"until goes with the outcome deferred, this one is {reported.outcome}; leave it out", "until", number)
    if reported.until <= reported.occurred_at:
        raise OutcomeError(f"until is not after occurred_at ({reported.occurred_at.isoformat()}); give a later time", "until", number)


def _check_reason(reported: Reported, reasons: Mapping[str, object], number: int) -> None:
    """A word in the reason of a no is one of the playbook's, so that reports can count it; whoever writes sentences may write what he heard."""
    reason = reported.reason
    if reported.outcome != "declined" or reason is None or not _WORD.fullmatch(reason):
        return
    known = (*reasons, NEVER_AGAIN, WRONG_NUMBER)
    if reason not in known:
        raise OutcomeError(f"reason {reason!r} is not declared; use one of {', '.join(known)}, or a sentence", "reason", number)


Key = tuple[str, str, str]
"""decision_id, action_id, outcome: what an outcome is told apart by."""


def key_of(reported: Reported) -> Key:
    return reported.decision_id, reported.action_id, reported.outcome


def kept_keys(store: Store, tenant: str, decision_ids: set[str]) -> set[Key]:
    """What was reported of these decisions."""
    columns = (OUTCOMES.c.decision_id, OUTCOMES.c.action_id, OUTCOMES.c.outcome)
    rows = store.rows(select(*columns).where(of_tenant(OUTCOMES, tenant), OUTCOMES.c.decision_id.in_(sorted(decision_ids))))
    return {(row.decision_id, row.action_id, row.outcome) for row in rows}


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


def find_outcomes(store: Store, tenant: str, decision_id: str) -> list[dict[str, object]]:
    """What became of the actions of a decision, in order of time."""
    names = ("action_id", "outcome", "occurred_at", "recorded_at", "reason", "value", "until", "reported_by")
    columns = (_O[name] for name in names)
    wanted = select(*columns).where(of_tenant(OUTCOMES, tenant), _O.decision_id == decision_id).order_by(_O.occurred_at, _O.action_id)
    return [dict(zip(names, row, strict=True)) for row in store.rows(wanted)]
