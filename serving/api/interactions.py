"""Interactions: how a talk ended."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, FiniteFloat

from serving.api.auth import OnTheLine, Served
from serving.api.bodies import Strict, Text
from serving.api.once import Kept
from serving.records.decisions import find_decision
from serving.records.interactions import ending_work, find_interaction

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])


class EndBody(Strict):
    """csat 1 to 5, nps 0 to 10, tip in the tenant's currency."""

    resolved: bool | None = None
    csat: Annotated[FiniteFloat, Field(ge=1, le=5)] | None = None
    nps: Annotated[FiniteFloat, Field(ge=0, le=10)] | None = None
    tip: Annotated[FiniteFloat, Field(ge=0)] | None = None
    summary: Text | None = None


@router.post("/{interaction_id}/end", status_code=204)
async def end(interaction_id: str, body: EndBody, service: Served, principal: OnTheLine, kept: Kept) -> Response:
    """Close the talk; it becomes a contact of the customer's history."""
    row = find_interaction(service.store, principal.tenant, interaction_id)
    now = service.now_after(find_decision(service.store, principal.tenant, row.decision_id).decided_at)
    response = await kept.answer(ending_work(row, body.model_dump(), now), 204)
    service.bell.ring(principal.tenant, interaction_id)
    return response
