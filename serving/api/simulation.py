"""What if: a draft against the newest logged moments, before anything is published."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from playbooks.render import Renderer
from serving.api.auth import Judge, Served
from serving.api.bodies import Strict
from serving.decision.book import CompiledBook
from serving.errors import NothingLogged
from serving.records.moments import last_moments, logged_count
from serving.simulation.report import as_body
from serving.simulation.run import simulate

router = APIRouter(prefix="/v1/playbooks", tags=["playbooks"])
MOST = 2_000
"""More would take time from decisions; `playcall playbook simulate` runs beside the service."""


class SimulationBody(Strict):
    """last: how many of the newest decisions."""

    last: Annotated[int, Field(ge=1, le=MOST)] = 500


@router.post("/drafts/{draft_id}/simulation")
def run(draft_id: str, body: SimulationBody, service: Served, principal: Judge) -> dict[str, object]:
    """Decide the newest logged moments again with the draft and with the present book, side by side. Nothing is written."""
    draft = service.books.shelf(principal.tenant).load_draft(draft_id)
    if not logged_count(service.store, principal.tenant):
        raise NothingLogged("no decision is logged yet; serve some first, then run a draft against them")
    compiled = CompiledBook.of(draft, service.customers.schema, Renderer(draft))
    logged = last_moments(service.store, principal.tenant, body.last)
    live = service.books.of(principal.tenant)
    return as_body(simulate(logged, live, compiled, models=service.models, history=service.history, beliefs=service.styles.of))
