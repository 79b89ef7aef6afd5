"""Decisions: ask for one, read one again."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, FiniteFloat

from features.events.tables import SAME_PERSON
from serving.access.permissions import Permission
from serving.api.answer import decision_bytes
from serving.api.auth import OnTheLine, Reader, Served, is_outside, require, vouched_for
from serving.api.bodies import Id, Instant, Strict, Text, Word
from serving.api.declared import check_facts, check_reason
from serving.api.direct import Direct
from serving.api.once import Kept
from serving.api.whole import whole_record, without_words
from serving.callers import Caller
from serving.decision.book import CompiledBook
from serving.decision.moment import Agent, Moment, Scene, Utterance, Waiting
from serving.errors import MomentError
from serving.records.decisions import decision_lines, find_decision
from serving.records.interactions import Talk, opening_line
from serving.records.outcomes import find_outcomes
from serving.records.strangers import join_talk, stranger, unknown_line
from serving.records.why import read_why
from serving.records.writer import Work
from serving.service import Service

_PLAIN = {"contact_reason", "need", "need_level", "sentiment", "resolved", "complaint"}
router = APIRouter(prefix="/v1/decisions", tags=["decisions"], route_class=Direct)
Whole = Annotated[bool, Query(description="Also the ranking, the values the conditions read, the unit and the outcomes.")]


class UtteranceBody(Strict):
    speaker: Literal["customer", "agent"]
    text: Text
    at: Instant | None = None


class SceneBody(Strict):
    contact_reason: Word | None = None
    need: Literal["issue", "emotion"] | None = None
    need_level: Literal["basic", "information", "emotional", "spiritual"] | None = None
    sentiment: Annotated[FiniteFloat, Field(ge=-1, le=1)] | None = None
    resolved: bool | None = None
    complaint: bool = False
    facts: dict[Word, FiniteFloat | bool | Text] = Field(default_factory=dict)
    utterances: Annotated[list[UtteranceBody], Field(max_length=200)] = Field(default_factory=list)


class AgentBody(Strict):
    agent_id: Id | None = None
    certificates: list[Word] = Field(default_factory=list)
    experience: Literal["newcomer", "expert"] | None = None


class ContactBody(Strict):
    wait_seconds: Annotated[FiniteFloat, Field(ge=0)] | None = None
    transfers: Annotated[int, Field(ge=0)] | None = None
    estimated_wait_seconds: Annotated[FiniteFloat, Field(ge=0)] | None = None


class IdentityBody(Strict):
    """How a caller is known: phone, card, account, wechat ... and the number or name as the identities table holds it."""

    kind: Annotated[Word, Field(min_length=1)]
    value: Id


class DecisionRequest(Strict):
    """Everything but the first three is optional; who is on the line is said by customer_id or by identity."""

    interaction_id: Id
    customer_id: Id | None = None
    identity: IdentityBody | None = None
    channel: Word
    direction: Literal["inbound", "outbound"] = "inbound"
    agent: AgentBody = AgentBody()
    scene: SceneBody = SceneBody()
    language: Word | None = None
    contact: ContactBody = ContactBody()
    at: Instant | None = None
    limit: Annotated[int, Field(ge=1, le=10)] = 3


def _refuse_the_past(service: Service, tenant: str, customer_id: str, at: datetime) -> None:
    newest = service.timeline.newest_after(tenant, customer_id, at)
    if newest is not None:
        raise MomentError(
            f"at is before the newest event seen of {customer_id}, which happened at {newest.isoformat()}; ask for then or later", "at"
        )


def _scene(body: SceneBody, told: Scene | None, book: CompiledBook, at: datetime) -> Scene:
    """The scene of the request; where it says nothing, what signals told of the talk so far, and else what the customer's words give away."""
    check_reason(book.playbook, body.contact_reason, "scene.contact_reason")
    check_facts(book.playbook, body.facts, "scene.facts")
    said = tuple(Utterance(u.speaker, u.text, u.at or at) for u in body.utterances)
    plain = body.model_dump(include=_PLAIN if told is None else _PLAIN & body.model_fields_set)
    scene = replace(told or Scene(), **plain, utterances=said)
    scene = replace(scene, facts={**scene.facts, **body.facts})
    return book.listener.understood(scene) if said else scene


def _caller(body: DecisionRequest, service: Service, tenant: str, at: datetime) -> Caller:
    if (body.customer_id is None) == (body.identity is None):
        raise MomentError("say who is on the line: give either customer_id or identity {kind, value}", "customer_id")
    if body.identity is None:
        return Caller(str(body.customer_id))
    if body.identity.kind == SAME_PERSON:
        raise MomentError("kind 'customer_id' names a customer and no identity; give customer_id itself", "identity.kind")
    return service.callers.who(tenant, body.identity.kind, body.identity.value, at)


def moment_of(body: DecisionRequest, talk: Talk | None, service: Service, tenant: str) -> Moment:
    """Raises MomentError for a word the playbook does not declare."""
    at, book = service.asked_at(body.at), service.books.of(tenant)
    agent = Agent(body.agent.agent_id, frozenset(body.agent.certificates), body.agent.experience)
    contact = Waiting(body.contact.wait_seconds, body.contact.transfers, body.contact.estimated_wait_seconds)
    caller = _caller(body, service, tenant, at)
    if body.at is not None:
        _refuse_the_past(service, tenant, caller.customer_id, at)
    return Moment(
        tenant,
        body.interaction_id,
        caller.customer_id,
        body.channel,
        body.direction,
        at,
        body.language or book.playbook.languages[0],
        body.limit,
        _scene(body.scene, talk.scene if talk else None, book, at),
        agent,
        contact,
        service.history.answered(tenant, body.interaction_id),
        caller.known,
        caller.identity,
    )


def _joining(moment: Moment, talk: Talk | None, now: datetime) -> Work:
    """What is to be kept of who the caller is: a stranger's call, or that the stranger of this talk turned out to be this customer."""
    lines = [] if moment.customer_known or moment.identity is None else [unknown_line(moment.tenant, moment.identity, moment.at)]
    if talk is None or talk.identity is None or talk.customer_id != stranger(talk.identity) or talk.customer_id == moment.customer_id:
        return Work(lines)
    return Work(lines, [join_talk(moment.tenant, moment.interaction_id, talk.customer_id, moment.customer_id, now)])


@router.post("", status_code=200)
async def decide(body: DecisionRequest, request: Request, service: Served, principal: OnTheLine, kept: Kept) -> Response:
    """The ranked actions for this moment, each with its script. Answered once the record is on disk."""
    body.agent.certificates = vouched_for(principal, body.agent.certificates)
    talk = service.remembered.talk(principal.tenant, body.interaction_id)
    moment = moment_of(body, talk, service, principal.tenant)
    moment = replace(moment, agent=replace(moment.agent, outside=is_outside(principal)))
    decision = service.decider.decide(moment)
    request.state.subject = decision.decision_id
    answer = decision_bytes(decision)
    joining = _joining(moment, talk, service.clock.now())
    # The talk's own row first: whoever holds it writes to the talk, and the numbers of its stream stay in order.
    lines = [opening_line(decision, moment), *decision_lines(decision, answer, moment.contact, principal.key_id), *joining.lines]
    response = await kept.answer(Work(lines, joining.steps), 200, answer)
    service.bell.ring(principal.tenant, moment.interaction_id)
    return response


@router.get("/{decision_id}")
async def read(decision_id: str, service: Served, principal: Reader, *, whole: Whole = False) -> Response:
    """The record, byte for byte as it was answered; with `whole` also what is kept beside it, and what became of it.

    An agent from outside reads a talk of somebody else without its words.
    """
    kept = find_decision(service.store, principal.tenant, decision_id)
    if not whole:
        foreign = is_outside(principal) and kept.made_by != principal.key_id
        return Response(without_words(kept) if foreign else kept.answer, media_type="application/json")
    require(principal, Permission.READ_RECORD)
    why = read_why(service.store, principal.tenant, kept.customer_id, kept.why)
    outcomes = find_outcomes(service.store, principal.tenant, decision_id)
    return Response(whole_record(kept, why, outcomes), media_type="application/json")
