"""Is it alive, and is it ready?"""

import orjson
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from serving.api.auth import known_principal, service_of
from serving.api.counting import SeenBy
from serving.api.drift_figures import drift_figures
from serving.service import Service
from training.propensity.compiled import library

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """200 as soon as decisions can be made; says what they are made with."""
    service: Service = request.app.state.service
    champion, book = service.models.champion, service.books.of(service.tenant)
    playbook = book.playbook
    missing = {"model_stale": service.models.stale, "playbook_stale": book.stale, "model_unavailable": champion is None}
    body = {
        "status": "ready",
        "playbook": playbook.playbook_id,
        "playbook_version": playbook.version,
        "model_version": champion.version if champion else None,
        "scored_by": None if champion is None else "lightgbm" if library() is None else "compiled",
        "degraded": [word for word, is_so in missing.items() if is_so],
    }
    return Response(orjson.dumps(body), media_type="application/json")


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """For Prometheus. With a key also the figures of the key's tenant, without one those of no tenant."""
    principal = await known_principal(request) if "authorization" in request.headers else None
    if principal is None:
        return Response(generate_latest(SeenBy(None)), media_type=CONTENT_TYPE_LATEST)
    drift = drift_figures(principal.tenant, (await service_of(request)).settings.home)
    return Response(generate_latest(SeenBy(principal.tenant, drift)), media_type=CONTENT_TYPE_LATEST)
