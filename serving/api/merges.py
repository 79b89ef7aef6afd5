"""Two customers who turn out to be one person, and those who turn out not to be: merged and parted on the record, and nothing rewritten."""

from datetime import datetime, timedelta
from typing import Annotated

import orjson
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field

from features.events.lake import Lake
from features.events.persons import Persons, Step
from features.events.tables import SAME_PERSON
from serving.api.auth import Merger, MergeReader, Served
from serving.api.bodies import Id, Instant, Strict, Text
from serving.api.once import Keeping, Kept
from serving.errors import MomentError
from serving.records.keys import Principal
from serving.records.writer import Work
from serving.service import Service

router = APIRouter(prefix="/v1/customers", tags=["customers"])
_TICK = timedelta(microseconds=1)
Reason = Annotated[Text, Field(min_length=1, description="How one knows: kept with the step, and shown with it.")]


class MergeBody(Strict):
    """at: when it was found out, with `--clock request` only."""

    into: Id
    reason: Reason
    at: Instant | None = None


class PartBody(Strict):
    reason: Reason
    at: Instant | None = None


@router.post("/{customer_id}/merge", status_code=201)
async def merge(customer_id: str, body: MergeBody, request: Request, service: Served, principal: Merger, kept: Kept) -> Response:
    """From now on this customer is the same person as `into`: one history, one limit, one opt-out, and one place in every experiment.

    Nothing is moved: each id keeps what came in under it, so that a parting gives everybody back what is theirs. 404 for a customer nobody told
    us of; 409 when they are one person already, or when this customer is merged into somebody else.
    """
    at, persons = service.asked_at(body.at), _persons(service)
    for who in (customer_id, body.into):
        _refuse_unknown(service, who, at)
    together = persons.ids_at(customer_id, at + _TICK)
    if body.into in together:
        said = "one id is one person already" if body.into == customer_id else f"{customer_id!r} and {body.into!r} are one person already"
        raise HTTPException(409, said)
    if (standing := _standing(persons, customer_id, at)) is not None:
        raise HTTPException(409, f"{customer_id!r} is merged into {standing.into!r}; part them first, or merge {standing.into!r}")
    request.state.subject = f"{customer_id} into {body.into}"
    return await _say(customer_id, body.into, body.reason, at, service, principal, kept)


@router.post("/{customer_id}/unmerge", status_code=201)
async def part(customer_id: str, body: PartBody, service: Served, principal: Merger, kept: Kept) -> Response:
    """From now on this customer is a person of their own again, with what came in under this id. 409 when they are merged into nobody."""
    at, persons = service.asked_at(body.at), _persons(service)
    if _standing(persons, customer_id, at) is None:
        others = [who for who in persons.ids_at(customer_id, at + _TICK) if who != customer_id]
        mend = f"; {', '.join(map(repr, others))} can be parted from them" if others else ""
        raise HTTPException(409, f"{customer_id!r} is merged into nobody{mend}")
    return await _say(customer_id, customer_id, body.reason, at, service, principal, kept)


@router.get("/{customer_id}/merges")
async def read(customer_id: str, service: Served, principal: MergeReader) -> Response:  # noqa: ARG001 (who may is in the signature)
    """Who the person is now, and every step that made it so: who said it, when, and why. 404 for a customer nobody told us of."""
    at, persons = service.clock.now(), _persons(service)
    if not persons.of(customer_id):
        _refuse_unknown(service, customer_id, at)
    steps = [_told(step) for step in persons.of(customer_id)]
    ids = persons.ids_at(customer_id, at + _TICK)
    return Response(
        orjson.dumps({"customer_id": customer_id, "person_id": ids[0], "ids": ids, "steps": steps}), media_type="application/json"
    )


async def _say(customer_id: str, into: str, reason: str, at: datetime, service: Service, principal: Principal, kept: Keeping) -> Response:
    """Write the step down as an identity of the kind `customer_id`, and bring everybody it concerns online, before the answer."""
    row = {"kind": SAME_PERSON, "value": customer_id, "customer_id": into, "verified_at": at, "attributes": _said(principal, reason)}
    landed = await service.pusher.land("identities", [row])
    if landed.refused:
        raise MomentError(landed.refused[0], "into")
    persons = _persons(service)
    ids = persons.ids_at(customer_id, max(step.since for step in persons.of(customer_id) if step.customer_id == customer_id) + _TICK)
    answer = {"customer_id": customer_id, "person_id": ids[0], "ids": ids, "at": at, "online": landed.waiting is None}
    return await kept.answer(Work(), 201, orjson.dumps(answer))


def _said(principal: Principal, reason: str) -> dict[str, str]:
    return {"by": principal.key_id, "role": principal.role, "reason": reason}


def _told(step: Step) -> dict[str, object]:
    parted = step.into == step.customer_id
    told: dict[str, object] = {"deed": "unmerge" if parted else "merge", "customer_id": step.customer_id}
    return told | {"into": None if parted else step.into, "at": step.at} | {name: step.said.get(name) for name in ("by", "role", "reason")}


def _persons(service: Service) -> Persons:
    return Lake(service.settings.home).persons()


def _standing(persons: Persons, customer_id: str, at: datetime) -> Step | None:
    """The merge this customer stands in. Raises MomentError where a later step is known."""
    mine = [step for step in persons.of(customer_id) if step.customer_id == customer_id]
    if any(step.at > at for step in mine):
        raise MomentError(f"at is before the last step of {customer_id}, which was at {mine[-1].at.isoformat()}; say then or later", "at")
    return next((step for step in mine if step.seen_at(at + _TICK) and step.into != customer_id), None)


def _refuse_unknown(service: Service, customer_id: str, at: datetime) -> None:
    if not service.customers.read(customer_id, at).known and not service.history.recent(service.tenant, customer_id):
        raise HTTPException(404, f"no customer {customer_id!r}; send a row of the table customers, contacts or channel_events first")
