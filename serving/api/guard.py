"""The layer around the application: sheds load early, refuses bodies that are too large, counts, and keeps the audit trail."""

import time
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from features.clock import WallClock
from serving.access.permissions import KEPT_FIRST
from serving.api.counting import IN_FLIGHT, count_request, count_shed
from serving.api.problems import problem
from serving.errors import ServingError
from serving.installation import Installation
from serving.records.audit import Deed
from serving.records.writer import Work, Writer

ALWAYS_ANSWERED = frozenset({"/healthz", "/readyz", "/metrics"})


@dataclass(slots=True)
class Guard:
    """most_at_once: requests carried at once; body_limit: bytes of a body. A stream of events leaves the count once it has begun."""

    app: ASGIApp
    installation: Installation
    writer: Writer
    most_at_once: int
    body_limit: int
    _clock: WallClock = field(default_factory=WallClock)
    _carried: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ALWAYS_ANSWERED:
            await self.app(scope, receive, send)
        elif self._carried >= self.most_at_once:
            count_shed()
            busy = problem(
                503, f"{self._carried} requests are being answered, which is all this worker carries", headers={"Retry-After": "1"}
            )
            await busy(scope, receive, send)
        else:
            await self._carry(scope, receive, send)

    async def _carry(self, scope: Scope, receive: Receive, send: Send) -> None:
        carried = _Carried(self, scope, send)
        self._carried += 1
        IN_FLIGHT.set(self._carried)
        try:
            size = _declared_size(scope)
            if size > self.body_limit:
                await problem(413, _too_large(self.body_limit))(scope, receive, carried.send)
            else:
                await self.app(scope, _measured(receive, self.body_limit) if size < 0 else receive, carried.send)
        finally:
            carried.let_go()

    def put_down(self) -> None:
        self._carried -= 1
        IN_FLIGHT.set(self._carried)

    async def keep(self, scope: Scope, status: int) -> bool:
        """Write the audit line; True unless it had to be on disk first and could not be."""
        state: dict[str, Any] = scope.get("state") or {}
        principal = state.get("principal")
        if principal is None:
            return True
        places = scope.get("path_params") or {}
        subject = state.get("subject") or "/".join(str(place) for place in places.values())
        deed = Deed(
            principal.tenant, self._clock.now(), principal.key_id, principal.role, f"{scope['method']} {route_of(scope)}", subject, status
        )
        if status >= 400 or state.get("permission") not in KEPT_FIRST:
            self.installation.audit.note(deed)
            return True
        try:
            await self.writer.write(Work([deed.line()]))
        except ServingError:
            return False
        return True


class _Carried:
    """One request on its way: what is sent goes through here."""

    __slots__ = ("_began", "_guard", "_held", "_replaced", "_scope", "_send")

    def __init__(self, guard: Guard, scope: Scope, send: Send) -> None:
        self._guard, self._scope, self._send = guard, scope, send
        self._began = time.perf_counter()
        self._held = True
        self._replaced = False

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            status = message["status"]
            kept = await self._guard.keep(self._scope, status)
            count_request(self._scope, status if kept else 503, time.perf_counter() - self._began)
            if not kept:
                self._replaced = True
                refusal = problem(
                    503, "the audit trail cannot be written, and this may not be read without it", headers={"Retry-After": "1"}
                )
                await refusal(self._scope, _nothing, self._send)
                return
            if any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in message["headers"]):
                self.let_go()
        await self._send(message)

    def let_go(self) -> None:
        if self._held:
            self._held = False
            self._guard.put_down()


def route_of(scope: Scope) -> str:
    """The path as the route says it, `-` where no route was found."""
    return getattr(scope.get("route"), "path", "-")


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _declared_size(scope: Scope) -> int:
    """Bytes by Content-Length, -1 when it is not said or no number."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said) if said.isdigit() else -1


def _too_large(limit: int) -> str:
    return f"a body may have {limit:,} bytes; send it in parts"


def _measured(receive: Receive, limit: int) -> Receive:
    """The same messages, counted: a body without a stated length is cut off where it becomes too large."""
    seen = 0

    async def measured() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413, _too_large(limit))
        return message

    return measured
