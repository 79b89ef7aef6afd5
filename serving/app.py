"""The web application: routes, error answers, and the tasks that go on in the background."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress

from fastapi import Depends, FastAPI

from serving.api import (
    customers,
    decisions,
    events,
    events_stream,
    explanation,
    feedback,
    health,
    insights,
    interactions,
    knowledge,
    merges,
    outcomes,
    playbooks,
    releases,
    scripts,
    signals,
    simulation,
)
from serving.api.guard import Guard
from serving.api.once import AnsweredBefore, KeepAnswers, answered_before, find_before
from serving.api.problems import answer_problems
from serving.bootstrap import bootstrap, install, with_courier
from serving.installation import Installation
from serving.memory import settle_memory
from serving.service import Service
from serving.settings import read_settings

MODEL_POLL_SECONDS = 1.0
BOOK_POLL_SECONDS = 0.5
DELIVERY_SECONDS = 0.3
KEY_POLL_SECONDS = 1.0
AUDIT_SECONDS = 0.2
CHECKPOINT_SECONDS = 0.3
JOINING_SECONDS = 1.0
FORGETTING_SECONDS = 600.0
STYLE_SECONDS = 5.0
NOUNS = (
    decisions,
    explanation,
    outcomes,
    interactions,
    signals,
    events_stream,
    events,
    customers,
    merges,
    scripts,
    knowledge,
    feedback,
    insights,
    playbooks,
    releases,
    simulation,
)
_log = logging.getLogger(__name__)


async def _again_and_again(seconds: float, step: Callable[[], object]) -> None:
    """A failing step is said and tried again, whatever failed: what it works on stays where it is until it is done.

    It rests at least as long as it worked, up to a second, so that the requests keep most of the processor.
    """
    while True:
        begun = time.monotonic()
        try:
            await asyncio.to_thread(step)
        except Exception:  # noqa: BLE001 (a task that ended would end in silence, and the service would never hear of a new model again)
            _log.exception("the background step failed and is tried again")
        await asyncio.sleep(max(seconds, min(time.monotonic() - begun, 1.0)))


async def _follow_books(service: Service) -> None:
    """Take up a published version. It is made ready in a thread; the swap happens here, on the loop, so that no decision sees two books."""
    while True:
        try:
            service.books.take(await asyncio.to_thread(service.fresher_books))
        except Exception:  # noqa: BLE001 (as above: the next version must still be found)
            _log.exception("the versions of the playbook cannot be read; the present one stays, and they are read again")
        await asyncio.sleep(BOOK_POLL_SECONDS)


def _steps(installation: Installation) -> Iterator[tuple[float, Callable[[], object]]]:
    """What goes on beside the requests: every so many seconds, a step."""
    for service in installation.services.values():
        yield MODEL_POLL_SECONDS, service.reload_models
        yield DELIVERY_SECONDS, service.deliver_due
        yield JOINING_SECONDS, service.join_strangers
        yield STYLE_SECONDS, service.learn_styles
        yield FORGETTING_SECONDS, service.forget_answers
    yield KEY_POLL_SECONDS, installation.gate.refresh
    yield AUDIT_SECONDS, installation.audit.flush
    yield CHECKPOINT_SECONDS, installation.audit.store.checkpoint


def create_app(service: Service | None = None) -> FastAPI:
    """The application over a service; without one it is put together from the settings (for worker processes)."""
    ready = service or with_courier(bootstrap(read_settings()))
    installation = install(ready)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_again_and_again(seconds, step)) for seconds, step in _steps(installation)]
        tasks += [asyncio.create_task(_follow_books(each)) for each in installation.services.values()]
        settle_memory()
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for each in installation.services.values():
            each.pusher.close()
        installation.audit.flush()
        ready.writer.close()
        if ready.courier is not None:
            ready.courier.close()

    app = FastAPI(
        title="Playcall",
        version="0.1.0",
        lifespan=life,
        description="The right play from the playbook, while the customer is still on the line.",
    )
    app.state.service = ready
    app.state.installation = installation
    answer_problems(app)
    app.add_exception_handler(AnsweredBefore, answered_before)
    app.add_middleware(KeepAnswers, service=ready)
    for noun in NOUNS:
        app.include_router(noun.router, dependencies=[Depends(find_before)])
    app.include_router(health.router)
    limits = ready.settings
    app.add_middleware(Guard, installation=installation, writer=ready.writer, most_at_once=limits.in_flight, body_limit=limits.body_limit)
    return app
