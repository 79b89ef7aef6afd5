"""Signals: what happens inside a talk, and the advice that follows from it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, FiniteFloat

from features.clock import ClockKind
from playbooks.schema.playbook import Playbook
from serving.api.answer import decision_bytes
from serving.api.auth import OnTheLine, Served, is_outside
from serving.api.bodies import Instant, Strict, Text, Word
from serving.api.declared import check_facts, check_reason
from serving.api.direct import Direct
from serving.api.once import Keeping, Kept
from serving.decision.listening import AGENT, CUSTOMER, SIGNAL_TYPES, Signal
from serving.decision.standing_advice import Stood, why_changed
from serving.errors import MomentError
from serving.records.decisions import decision_lines, find_decision
from serving.records.interactions import find_interaction, signal_work, standing_moment
from serving.records.keys import Principal
from serving.records.writer import AlreadyKept, Work
from serving.service import Service

router = APIRouter(prefix="/v1/interactions", tags=["interactions"], route_class=Direct)
TRIES = 8
Fact = FiniteFloat | bool | Text


class SignalBody(Strict):
    """value is a text for utterance, keyword and contact_reason, a number from -1 to 1 for sentiment, true or false for resolved, and for
    fact an object of names and values. utterance and keyword may carry their words in text. speaker: who spoke; left out, it was a click."""

    type: Annotated[Word, Field(json_schema_extra={"enum": list(SIGNAL_TYPES)})]
    value: Fact | dict[Word, Fact] | None = None
    text: Text | None = None
    speaker: Annotated[Word, Field(json_schema_extra={"enum": [CUSTOMER, AGENT]})] | None = None
    at: Instant | None = None


class SignalsBody(Strict):
    signals: Annotated[list[SignalBody], Field(min_length=1, max_length=200)]


@router.post("/{interaction_id}/signals", responses={204: {"description": "the advice stands"}})
async def hear(interaction_id: str, body: SignalsBody, service: Served, principal: OnTheLine, kept: Kept) -> Response:
    """The fresh decision when the advice changes, with `changed` saying why; 204 when it stands."""
    for tries in range(TRIES, 0, -1):
        try:
            response = await _answer(interaction_id, body.signals, service, principal, kept)
        except AlreadyKept:
            # Other signals of this talk were quicker: hear these in the talk as it is now.
            if tries == 1:
                raise
        else:
            break
    service.bell.ring(principal.tenant, interaction_id)
    return response


async def _answer(interaction_id: str, told: list[SignalBody], service: Service, principal: Principal, kept: Keeping) -> Response:
    tenant = principal.tenant
    row = find_interaction(service.store, tenant, interaction_id)
    standing = find_decision(service.store, tenant, row.decision_id)
    at = _at(told, standing.decided_at, service)
    signals = [_signal(one, number, service.playbook(tenant), at) for number, one in enumerate(told)]
    before = standing_moment(row, at, service.history.answered(tenant, interaction_id))
    listener = service.books.of(tenant).listener
    agent = replace(before.agent, outside=is_outside(principal))
    moment = replace(before, scene=listener.heard(before.scene, signals), agent=agent)
    alerts = listener.alerts(moment, signals)
    if any(signal.triggers for signal in signals):
        stood = Stood.of(standing.shown())
        fresh = service.decider.decide(moment)
        changed = why_changed(stood, fresh)
        if changed:
            answer = decision_bytes(fresh, stood.decision_id, changed)
            work = signal_work(row, moment, signals, alerts, fresh.decision_id)
            lines = [*work.lines, *decision_lines(fresh, answer, moment.contact, principal.key_id)]
            return await kept.answer(Work(lines, work.steps), 200, answer)
    return await kept.answer(signal_work(row, moment, signals, alerts, None), 204)


def _at(told: list[SignalBody], decided_at: datetime, service: Service) -> datetime:
    """The moment of the signals: now, and by a request's clock the latest they name; never before the advice they follow."""
    if service.clock.kind is ClockKind.REQUEST:
        return max([decided_at, *(one.at for one in told if one.at is not None)])
    return service.now_after(decided_at)


def _signal(body: SignalBody, number: int, playbook: Playbook, now: datetime) -> Signal:
    """Raises MomentError that names the signal and its field."""
    place = f"signals.{number}"
    if body.type not in SIGNAL_TYPES:
        raise MomentError(f"signal type {body.type!r} is unknown; use one of {', '.join(SIGNAL_TYPES)}", f"{place}.type")
    if body.speaker not in {None, CUSTOMER, AGENT}:
        raise MomentError(f"speaker {body.speaker!r} is unknown; use {CUSTOMER} or {AGENT}", f"{place}.speaker")
    if body.type == "utterance" and body.speaker is None:
        raise MomentError(f"an utterance needs its speaker; say {CUSTOMER} or {AGENT}", f"{place}.speaker")
    return Signal(body.type, _value(body, place, playbook), body.speaker, body.at or now)


def _value(body: SignalBody, place: str, playbook: Playbook) -> str | float | bool | Mapping[str, float | str | bool]:
    value = body.value
    match body.type:
        case "utterance" | "keyword":
            return _words(body, place)
        case "fact":
            facts = value if isinstance(value, dict) else {}
            if not facts:
                raise MomentError("a fact needs an object of names and values, such as {'max_monthly_cost': 200}", f"{place}.value")
            check_facts(playbook, facts, f"{place}.value")
            return facts
        case "contact_reason" if isinstance(value, str):
            check_reason(playbook, value, f"{place}.value")
            return value
        case "sentiment" if isinstance(value, float) and -1.0 <= value <= 1.0:
            return value
        case "resolved" if isinstance(value, bool):
            return value
    wanted = {"contact_reason": "a declared word", "sentiment": "a number from -1 to 1", "resolved": "true or false"}[body.type]
    raise MomentError(f"the value of {body.type} is {wanted}; this is {value!r}", f"{place}.value")


def _words(body: SignalBody, place: str) -> str:
    words = body.text if body.text is not None else body.value
    if not isinstance(words, str) or not words.strip():
        raise MomentError(f"{'an utterance' if body.type == 'utterance' else 'a keyword'} needs its words", f"{place}.text")
    return words
