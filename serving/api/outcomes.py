"""Outcomes: what became of an action of a decision."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, FiniteFloat

from features.events.tables import OUTCOMES as WORDS
from serving.api.auth import OnTheLine, Served
from serving.api.bodies import Id, Instant, Storable, Strict, Word, parsed
from serving.api.once import Kept
from serving.api.problems import field_errors, problem
from serving.decision.past import WRONG_NUMBER
from serving.errors import OutcomeError, UnknownDecision
from serving.records.decisions import KeptDecision, find_decisions
from serving.records.keys import Principal
from serving.records.lines import Line
from serving.records.outcomes import Reported, check, kept_keys, key_of, outcome_lines
from serving.records.strangers import wrong_line
from serving.records.writer import Work
from serving.service import Service

MOST = 1000
router = APIRouter(prefix="/v1/outcomes", tags=["outcomes"])


class OutcomeBody(Strict):
    """until goes with deferred; a reason of declined is one of the playbook's words, never_again, wrong_number, or free text."""

    decision_id: Id
    action_id: Id
    outcome: Annotated[Word, Field(json_schema_extra={"enum": list(WORDS)})]
    reason: Annotated[str, Field(max_length=500), Storable] | None = None
    value: FiniteFloat | None = None
    occurred_at: Instant | None = None
    until: Instant | None = None


_ONE = OutcomeBody.model_json_schema()
_BODY = {"oneOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1, "maxItems": MOST}]}
_DOCUMENTED = {"requestBody": {"required": True, "content": {"application/json": {"schema": _BODY}}}}


@router.post("", status_code=201, openapi_extra=_DOCUMENTED)
async def report(raw: Annotated[Any, Body()], service: Served, principal: OnTheLine, kept: Kept) -> Response:
    """One outcome or a list. In a list a bad line is refused by number (from 0) and the others stand; when all are refused, so is the list.

    `repeated` names the lines that were reported before: the first report of an outcome stays.
    """
    batch = Batch(service, principal)
    if isinstance(raw, list):
        _check_length(raw)
        batch.read_all(raw)
    else:
        batch.read_one(raw)
    if not batch.good:
        return batch.refusal()
    repeated = batch.repeated()
    answer = {"accepted": len(batch.good), "repeated": repeated, "refused": batch.refused}
    return await kept.answer(Work(batch.lines()), 201, orjson.dumps(answer))


def _check_length(raw: list[Any]) -> None:
    if not 1 <= len(raw) <= MOST:
        said = f"a list holds 1 to {MOST} outcomes, this one {len(raw)}; split it"
        raise RequestValidationError([{"loc": ("body",), "msg": said, "type": "list_length"}])


class Batch:
    """The outcomes of one request: the good ones by their number, and the refused."""

    def __init__(self, service: Service, principal: Principal) -> None:
        self._service = service
        self._principal = principal
        self.good: dict[int, tuple[Reported, KeptDecision]] = {}
        self.refused: list[dict[str, object]] = []
        self._unknown = 0

    def read_one(self, raw: Any) -> None:
        """Raises what is wrong with it."""
        body = parsed(OutcomeBody, raw)
        self._take(0, body, self._decisions([body]))

    def read_all(self, raw: list[Any]) -> None:
        """Whatever is wrong with one line is said of this line."""
        bodies: dict[int, OutcomeBody] = {}
        for number, line in enumerate(raw):
            try:
                bodies[number] = parsed(OutcomeBody, line)
            except RequestValidationError as error:
                self.refused += [{"number": number, **found} for found in field_errors(error)]
        found = self._decisions(list(bodies.values()))
        for number, body in bodies.items():
            try:
                self._take(number, body, found)
            except (OutcomeError, UnknownDecision) as error:
                self._unknown += isinstance(error, UnknownDecision)
                self.refused.append({"number": number, "field": getattr(error, "field", "decision_id"), "detail": str(error)})
        self.refused.sort(key=lambda refused: str(refused["number"]).zfill(4))

    def _decisions(self, bodies: list[OutcomeBody]) -> dict[str, KeptDecision]:
        return find_decisions(self._service.store, self._principal.tenant, {body.decision_id for body in bodies})

    def _take(self, number: int, body: OutcomeBody, found: dict[str, KeptDecision]) -> None:
        decision = found.get(body.decision_id)
        if decision is None:
            raise UnknownDecision(f"no decision {body.decision_id!r}; give the decision_id of an answer to POST /v1/decisions")
        at = body.occurred_at or self._service.now_after(decision.decided_at)
        reported = Reported(body.decision_id, body.action_id, body.outcome, at, body.reason, body.value, body.until)
        reasons = self._service.playbook(self._principal.tenant).decline_reasons
        check(reported, decision, max(self._service.latest(), decision.decided_at), reasons, number)
        self.good[number] = (reported, decision)

    def repeated(self) -> list[int]:
        """The numbers of those that were reported before, here or in an earlier request."""
        known = kept_keys(self._service.store, self._principal.tenant, {reported.decision_id for reported, _ in self.good.values()})
        again = []
        for number, (reported, _) in self.good.items():
            if key_of(reported) in known:
                again.append(number)
            known.add(key_of(reported))
        return again

    def lines(self) -> list[Line]:
        now, caller = self._service.clock.now(), self._principal
        return [
            line
            for reported, decision in self.good.values()
            for line in (*outcome_lines(reported, decision, caller.tenant, now, caller.key_id), *self._wrong_numbers(reported, decision))
        ]

    def _wrong_numbers(self, reported: Reported, decision: KeptDecision) -> list[Line]:
        """'Wrong number' is about the identity the caller was known by."""
        if reported.reason != WRONG_NUMBER:
            return []
        tenant = self._principal.tenant
        talk = self._service.remembered.talk(tenant, decision.interaction_id)
        return [wrong_line(tenant, talk.identity, reported.occurred_at)] if talk and talk.identity else []

    def refusal(self) -> Response:
        """A list of which nothing stands: 404 when no decision in it is known, else 422."""
        status = 404 if self._unknown == len(self.refused) else 422
        return problem(status, f"all outcomes were refused; the first: {self.refused[0]['detail']}", self.refused)
