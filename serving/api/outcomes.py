"""Outcomes: what became of an action of a decision."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field, FiniteFloat

from serving.api.auth import OnTheLine, Served
from serving.api.decisions import Id, Strict
from serving.api.once import Kept
from serving.api.problems import problem
from serving.errors import OutcomeError, UnknownDecision
from serving.records.decisions import KeptDecision, find_decisions
from serving.records.keys import Principal
from serving.records.outcomes import Reported, check, outcome_lines
from serving.records.writer import Line, Work
from serving.service import Service

router = APIRouter(prefix="/v1/outcomes", tags=["outcomes"])


class OutcomeBody(Strict):
    """outcome is one of presented accepted declined deferred converted cancelled opted_out; until goes with deferred."""

    decision_id: Id
    action_id: Id
    outcome: str
    reason: Annotated[str, Field(max_length=500)] | None = None
    value: FiniteFloat | None = None
    occurred_at: AwareDatetime | None = None
    until: AwareDatetime | None = None


def _lines(body: OutcomeBody, number: int, found: dict[str, KeptDecision], service: Service, principal: Principal) -> list[Line]:
    decision = found.get(body.decision_id)
    if decision is None:
        raise UnknownDecision(f"no decision {body.decision_id!r}; give the decision_id of an answer to POST /v1/decisions")
    now = service.clock.now()
    at = body.occurred_at or max(now, decision.decided_at)
    reported = Reported(body.decision_id, body.action_id, body.outcome, at, body.reason, body.value, body.until)
    check(reported, decision, max(service.latest(), decision.decided_at), number)
    return outcome_lines(reported, decision, principal.tenant, now, principal.key_id)


@router.post("", status_code=201)
async def report(
    body: OutcomeBody | Annotated[list[OutcomeBody], Field(min_length=1, max_length=1000)],
    service: Served,
    principal: OnTheLine,
    kept: Kept,
) -> Response:
    """One outcome or a list. In a list a bad line is refused by number (from 0) and the others stand; when all are refused it is a 422."""
    bodies = body if isinstance(body, list) else [body]
    found = find_decisions(service.store, principal.tenant, {one.decision_id for one in bodies})
    lines: list[Line] = []
    refused: list[dict[str, object]] = []
    for number, one in enumerate(bodies):
        try:
            lines += _lines(one, number, found, service, principal)
        except (OutcomeError, UnknownDecision) as error:
            if not isinstance(body, list):
                raise
            refused.append({"number": number, "field": getattr(error, "field", "decision_id"), "detail": str(error)})
    if refused and not lines:
        return problem(422, f"all {len(refused)} outcomes were refused", refused)
    answer = {"accepted": len(bodies) - len(refused), "refused": refused}
    return await kept.answer(Work(lines), 201, orjson.dumps(answer))
