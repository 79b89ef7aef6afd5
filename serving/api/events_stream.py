"""The agent's screen follows at once: a talk's decisions, alerts and end as server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from serving.api.auth import OnTheLine, Served, is_outside
from serving.api.whole import without_words
from serving.records.decisions import find_decision
from serving.records.interactions import find_interaction
from serving.records.keys import Principal
from serving.records.stream import OVERLAP, Told
from serving.service import Service

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])
HEARTBEAT_SECONDS = 15
_LAST = Header(
    alias="Last-Event-ID", ge=0, le=2**63 - 1, description="The id of the last event that was seen; the stream goes on after it."
)
_DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "decision, alert and ended, as they come"},
    204: {"description": "the talk has ended and everything of it was seen"},
}


@router.get("/{interaction_id}/events", response_class=EventSourceResponse, responses=_DOCUMENTED)
async def follow(interaction_id: str, service: Served, principal: OnTheLine, last_event_id: Annotated[int, _LAST] = 0) -> Response:
    """Everything of this talk after Last-Event-ID, from its beginning without one, and what comes from now on. Closes after `ended`."""
    find_interaction(service.store, principal.tenant, interaction_id)
    if last_event_id and service.stream.has_ended(principal.tenant, interaction_id, last_event_id):
        return Response(status_code=204)
    events = _events(service, principal, interaction_id, last_event_id)
    return EventSourceResponse(events, ping=HEARTBEAT_SECONDS)


async def _events(service: Service, principal: Principal, interaction_id: str, start: int) -> AsyncIterator[ServerSentEvent]:
    tenant, sent, newest = principal.tenant, set[int](), start
    async with service.bell.listen((tenant, interaction_id)) as rung:
        while True:
            rung.clear()
            for told in service.stream.after(tenant, interaction_id, max(start, newest - OVERLAP)):
                if told.number in sent:
                    continue
                yield ServerSentEvent(data=_for(principal, told, service), event=told.event, id=str(told.number))
                if told.event == "ended":
                    return
                sent.add(told.number)
                newest = max(newest, told.number)
            await rung.wait()


def _for(principal: Principal, told: Told, service: Service) -> str:
    """An agent from outside sees of other people's talks no word that was said in them (T2)."""
    if not is_outside(principal) or told.event == "ended":
        return told.body
    body = orjson.loads(told.body)
    if told.event == "alert":
        return orjson.dumps({**body, "said": None}).decode()
    kept = find_decision(service.store, principal.tenant, body["decision_id"])
    return told.body if kept.made_by == principal.key_id else without_words(kept).decode()
