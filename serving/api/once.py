"""Idempotency-Key: a POST sent again is answered again, and done once.

Found before the route runs (`find_before`, a dependency of every route). Kept by the route together with its work (`Keeping`), or, where a
route keeps nothing of its own with us, after its answer (`KeepAnswers`, a layer around the application).
"""

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.auth import Served, known_principal
from serving.errors import KeyReused
from serving.records.idempotency import Once, Stored, answer_step, find_answer, fingerprint
from serving.records.keys import Principal
from serving.records.writer import AlreadyKept, Work
from serving.service import Service

KEY_LENGTH = 255
_JSON = "application/json"
_KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_LENGTH,
        description="A POST sent again with this key and the same body gets the first answer, for 24 hours.",
    ),
]


class AnsweredBefore(Exception):
    """The answer was given already: the way out of a route that need not run."""

    def __init__(self, stored: Stored) -> None:
        super().__init__()
        self.stored = stored


async def find_before(
    request: Request, service: Served, principal: Annotated[Principal, Depends(known_principal)], key: _KeyHeader = None
) -> None:
    """Raises AnsweredBefore with the answer of the first time, KeyReused when the key came with another request."""
    if key is None or request.method != "POST":
        return
    body = fingerprint(service.callers.key, request.method, request.url.path, await request.body())
    once = Once(principal.tenant, principal.key_id, key, body)
    _replay(find_answer(service.store, once, service.clock.now()), key)
    request.state.once = once


def _replay(stored: Stored | None, key: str) -> None:
    if stored is None:
        return
    if not stored.same:
        raise KeyReused(f"Idempotency-Key {key!r} was used with another request; send a new key with a new request")
    raise AnsweredBefore(stored)


async def answered_before(_: Request, error: Exception) -> Response:
    stored = error.stored if isinstance(error, AnsweredBefore) else Stored(500, "", same=True)
    return Response(stored.answer, stored.status, {"Idempotent-Replayed": "true"}, _JSON if stored.answer else None)


class Keeping:
    """Keeps a route's work and its answer in one transaction."""

    def __init__(self, request: Request, service: Service) -> None:
        self._request = request
        self._service = service

    async def answer(self, work: Work, status: int, body: bytes = b"") -> Response:
        """The response, once the work is on disk. Raises AnsweredBefore when the same request was quicker elsewhere."""
        once: Once | None = getattr(self._request.state, "once", None)
        if once is None:
            await self._service.writer.write(work)
        else:
            await self._once(once, work, status, body)
        return Response(body, status, media_type=_JSON if body else None)

    async def _once(self, once: Once, work: Work, status: int, body: bytes) -> None:
        now = self._service.clock.now()
        try:
            await self._service.writer.write(Work(work.lines, [*work.steps, answer_step(once, status, body, now)]))
        except AlreadyKept:
            _replay(find_answer(self._service.store, once, now), once.key)
            raise
        self._request.state.once = None


async def keeping(request: Request, service: Served) -> Keeping:
    """A coroutine, since the framework would make anything else in a thread of its own."""
    return Keeping(request, service)


Kept = Annotated[Keeping, Depends(keeping)]


class KeepAnswers:
    """Keeps the answer of a keyed POST whose route did not do so itself. A refusal changed nothing and is not kept."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not _has_key(scope):
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self._app(scope, receive, hold)
        await self._keep(state.get("once"), held)
        for message in held:
            await send(message)

    async def _keep(self, once: Once | None, held: list[Message]) -> None:
        status = next((message["status"] for message in held if message["type"] == "http.response.start"), 500)
        if once is None or status >= 400:
            return
        body = b"".join(message.get("body", b"") for message in held if message["type"] == "http.response.body")
        try:
            await self._service.writer.write(Work(steps=[answer_step(once, status, body, self._service.clock.now())]))
        except AlreadyKept:
            return  # The same request was answered elsewhere at the same time; both answers are true.


def _has_key(scope: Scope) -> bool:
    return any(name == b"idempotency-key" for name, _ in scope["headers"])
