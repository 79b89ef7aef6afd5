"""The workers the benches of the decision set side by side: the service, and a FastAPI endpoint that does nothing."""

import socket
from collections.abc import Iterable
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from fastapi import FastAPI, Request, Response

from playbooks.load import default_book, load_playbook
from playbooks.render import Renderer
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from serving.app import create_app
from serving.bootstrap import bootstrap, with_courier
from serving.cli.benches.worker_processes import serve_on
from serving.decision.book import CompiledBook
from serving.records.keys import DEFAULT_TENANT
from serving.service import Service
from serving.settings import read_settings
from training.registry import CHAMPION

ACTIONS = 64
POLICIES = 40


MODELS = 100


def serve_decisions(home: Path, listening: socket.socket) -> None:
    """The whole service as `playcall serve` runs it, over a book of the contract's size."""
    serve_on(listening, create_app(with_courier(service_of(home))))


def serve_with_models(home: Path, listening: socket.socket) -> None:
    """The same, holding the trees of a hundred models."""
    service = service_of(home)
    held = [service.registry.load(CHAMPION) for _ in range(MODELS)]
    serve_on(listening, create_app(with_courier(service)))
    del held


def service_of(home: Path) -> Service:
    service = bootstrap(read_settings({"PLAYCALL_HOME": str(home), "PLAYCALL_CLOCK": "data"}))
    book = widened(load_playbook(default_book()))
    # As if it had been published: no version of the home takes its place.
    service.books.take({DEFAULT_TENANT: CompiledBook.of(book, service.customers.schema, Renderer(book))})
    return service


def serve_nothing(answer: bytes, listening: socket.socket) -> None:
    """Reads the same request, sends an answer of the same bytes."""
    app = FastAPI()

    @app.post("/v1/decisions")
    async def nothing(request: Request) -> Response:
        await request.body()
        return Response(answer, media_type="application/json")

    serve_on(listening, app)


def widened(book: Playbook) -> Playbook:
    """The book with its actions and policies repeated under further names until there are 64 and 40."""
    actions = list(book.actions.values())
    more = [_again(action, number) for number, action in enumerate(islice(cycle(actions), ACTIONS - len(actions)))]
    policies = list(book.engagement_policies)
    further = (replace(policy, policy_id=f"{policy.policy_id}_{number}") for number, policy in enumerate(cycle(policies)))
    policies += islice(further, max(0, POLICIES - len(policies)))
    return replace(book, actions=_by_id([*actions, *more]), engagement_policies=tuple(policies))


def _by_id(actions: Iterable[Action]) -> dict[str, Action]:
    return {action.action_id: action for action in actions}


def _again(action: Action, number: int) -> Action:
    action_id = f"{action.action_id}_{number}"
    scripts = tuple(replace(script, script_id=f"{script.script_id}_{number}", action_id=action_id) for script in action.scripts)
    return replace(action, action_id=action_id, scripts=scripts, members=(), excludes=frozenset())
