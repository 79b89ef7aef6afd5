"""Is it alive, and is it ready?"""

import orjson
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from serving.api.auth import Served
from serving.records.keys import DEFAULT_TENANT

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
async def ready(service: Served) -> Response:
    """200 as soon as decisions can be made; says what they are made with."""
    champion, playbook = service.models.champion, service.playbook(DEFAULT_TENANT)
    body = {
        "status": "ready",
        "playbook": playbook.playbook_id,
        "playbook_version": playbook.version,
        "model_version": champion.version if champion else None,
        "degraded": (["model_stale"] if service.models.stale else []) + ([] if champion else ["model_unavailable"]),
    }
    return Response(orjson.dumps(body), media_type="application/json")


@router.get("/metrics")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
