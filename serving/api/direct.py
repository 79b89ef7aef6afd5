"""The short way into a route of the hot path: what its signature asks for is taken straight from the request.

The framework works out every dependency anew for each request. Here that is done once, and only an ordinary request goes this way: JSON that
fits, without an Idempotency-Key. Any other goes the framework's way, so that every refusal is the same.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError


class Direct(APIRoute):
    """For routes that take one JSON body; others of the same router stay the framework's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        framework = super().get_route_handler()
        body = self._body()
        if body is None:
            return framework
        (name, kind), endpoint = body, _solver(self.dependant)

        async def handle(request: Request) -> Response:
            headers = request.headers
            if headers.get("content-type") != "application/json" or "idempotency-key" in headers:
                return await framework(request)
            try:
                told = kind.model_validate_json(await request.body())
            except ValidationError:
                return await framework(request)
            response: Response = await endpoint(request, request.path_params | {name: told})
            return response

        return handle

    def _body(self) -> tuple[str, type[BaseModel]] | None:
        """The parameter and the model of the one body; None for a route that takes anything else from the request."""
        wants = self.dependant
        if len(wants.body_params) != 1 or wants.query_params or wants.header_params or wants.cookie_params:
            return None
        kind = wants.body_params[0].field_info.annotation
        return (wants.body_params[0].name, kind) if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _solver(wants: Dependant) -> Callable[..., Awaitable[Any]]:
    """Calls what the dependant calls with what it depends on, in the order of its signature."""
    call: Callable[..., Awaitable[Any]] = wants.call  # type: ignore[assignment]
    named = wants.request_param_name
    parts = [(part.name, _solver(part)) for part in wants.dependencies if part.name is not None]

    async def solve(request: Request, told: dict[str, Any] | None = None) -> Any:
        given = dict(told or {})
        if named is not None:
            given[named] = request
        for name, part in parts:
            given[name] = await part(request)
        return await call(**given)

    return solve
