"""Errors as the caller sees them: RFC 9457 problem+json that names the field and the mend."""

from collections.abc import Sequence
from dataclasses import asdict
from math import ceil

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from features.errors import FeatureError, OnlineStoreError
from playbooks.errors import (
    NothingToPreview,
    OwnWords,
    PlaybookError,
    PlaybookInvalid,
    StepNotAllowed,
    VersionConflict,
    VersionNotFound,
    VersionsAway,
)
from serving.errors import (
    KeyReused,
    MomentError,
    NotAllowed,
    NothingLogged,
    NotKnown,
    OutcomeError,
    Overloaded,
    RecordError,
    TooOften,
    UnknownDecision,
)
from serving.records.interactions import InteractionEnded, UnknownInteraction

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Not understood",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Somebody else was here",
    413: "Too large",
    422: "Not understood",
    429: "Too often",
    503: "Try again shortly",
}


def problem(
    status: int,
    detail: str,
    errors: Sequence[dict[str, object]] = (),
    headers: dict[str, str] | None = None,
    conflicts: Sequence[dict[str, object]] = (),
) -> Response:
    body: dict[str, object] = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail}
    if errors:
        body["errors"] = list(errors)
    if conflicts:
        body["conflicts"] = list(conflicts)
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


async def _invalid(_: Request, error: Exception) -> Response:
    errors = field_errors(error) if isinstance(error, RequestValidationError) else []
    return problem(422, "; ".join(f"{item['field']}: {item['detail']}" for item in errors), errors)


def field_errors(error: RequestValidationError) -> list[dict[str, object]]:
    """field and detail of everything that is wrong."""
    return [{"field": _field(item["loc"]), "detail": str(item["msg"])} for item in error.errors()]


def _field(place: Sequence[object]) -> str:
    # A field's name is the caller's; half a character in it must not break the answer.
    return (
        ".".join(str(part).encode(errors="replace").decode() for part in place if part not in {"body", "query", "path", "header"}) or "body"
    )


async def _http(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else str(error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return problem(status, detail, headers=headers)


async def _field_error(_: Request, error: Exception) -> Response:
    place = error.field if isinstance(error, MomentError | OutcomeError | KeyReused) else "body"
    return problem(422, str(error), [{"field": place, "detail": str(error)}])


async def _unknown(_: Request, error: Exception) -> Response:
    return problem(404, str(error))


async def _conflict(_: Request, error: Exception) -> Response:
    """Where two people say different things, `conflicts` has every place with what each says."""
    conflicts = error.conflicts if isinstance(error, VersionConflict) else ()
    return problem(409, str(error), conflicts=[asdict(one) for one in conflicts])


async def _stranger(request: Request, error: Exception) -> Response:
    """401 says how to prove who one is; RFC 6750 gives the word for a credential that was sent and is no good."""
    fault = ', error="invalid_token"' if "authorization" in request.headers else ""
    return problem(401, str(error), headers={"WWW-Authenticate": f'Bearer realm="playcall"{fault}'})


async def _forbidden(_: Request, error: Exception) -> Response:
    return problem(403, str(error), headers={"WWW-Authenticate": 'Bearer realm="playcall", error="insufficient_scope"'})


async def _too_often(_: Request, error: Exception) -> Response:
    seconds = error.retry_after if isinstance(error, TooOften) else 1.0
    return problem(429, str(error), headers={"Retry-After": str(ceil(seconds))})


async def _later(_: Request, error: Exception) -> Response:
    seconds = error.retry_after if isinstance(error, Overloaded) else 1
    return problem(503, str(error), headers={"Retry-After": str(seconds)})


async def _findings(_: Request, error: Exception) -> Response:
    """A playbook that cannot be read: one error a finding, `field` its file:line."""
    found = error.findings if isinstance(error, PlaybookInvalid) else ()
    errors: list[dict[str, object]] = [{"field": place, "detail": rest} for place, _, rest in (one.partition(": ") for one in found)]
    return problem(422, str(error), errors)


def answer_problems(app: FastAPI) -> None:
    """Every error family has one answer."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(MomentError, _field_error)
    app.add_exception_handler(OutcomeError, _field_error)
    app.add_exception_handler(KeyReused, _field_error)
    app.add_exception_handler(UnknownDecision, _unknown)
    app.add_exception_handler(UnknownInteraction, _unknown)
    app.add_exception_handler(InteractionEnded, _conflict)
    app.add_exception_handler(NotKnown, _stranger)
    app.add_exception_handler(NotAllowed, _forbidden)
    app.add_exception_handler(PlaybookError, _findings)
    app.add_exception_handler(VersionsAway, _later)
    app.add_exception_handler(VersionNotFound, _unknown)
    app.add_exception_handler(NothingToPreview, _unknown)
    app.add_exception_handler(VersionConflict, _conflict)
    app.add_exception_handler(StepNotAllowed, _conflict)
    app.add_exception_handler(NothingLogged, _conflict)
    app.add_exception_handler(OwnWords, _forbidden)
    app.add_exception_handler(TooOften, _too_often)
    app.add_exception_handler(Overloaded, _later)
    app.add_exception_handler(FeatureError, _later)
    app.add_exception_handler(RecordError, _later)
    app.add_exception_handler(OnlineStoreError, _later)
