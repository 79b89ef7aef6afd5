"""A simulation of a playbook from the log of this home, in as many processes as pay: each decides a part of the moments, the counts are put together."""

import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import pairwise

from playbooks.render import Renderer
from playbooks.schema.playbook import Playbook
from serving.bootstrap import bootstrap
from serving.decision.book import CompiledBook
from serving.memory import settle_memory
from serving.records.keys import DEFAULT_TENANT
from serving.records.moments import last_moments
from serving.settings import Settings
from serving.simulation.run import Simulation, simulate

WORTH_A_PROCESS = 10_000
"""Fewer moments than this are decided before another process is ready."""


def simulate_log(
    settings: Settings, live: Playbook, draft: Playbook, moments: int, told: Callable[[int], None], processes: int | None = None
) -> Simulation:
    """The newest `moments` decided twice. told: hears how many more are done. processes: None takes what the machine has and the work pays."""
    count = processes or max(1, min(os.cpu_count() or 1, moments // WORTH_A_PROCESS))
    if count == 1:
        return part(settings, live, draft, 0, moments, told)
    begun = time.monotonic()
    edges = [moments * number // count for number in range(count + 1)]
    # Spawned and not forked: a fork would carry open databases over.
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(part, settings, live, draft, low, high - low) for low, high in pairwise(edges)]
        for done in as_completed(waiting):
            told(done.result().live.moments)
    # Put together in the order of the parts, so that the same log gives the same answer to the last bit.
    whole, *others = (one.result() for one in waiting)
    for other in others:
        whole = whole.joined(other, time.monotonic() - begun)
    return whole


def part(
    settings: Settings, live: Playbook, draft: Playbook, skip: int, moments: int, told: Callable[[int], None] = lambda _: None
) -> Simulation:
    """The moments after the newest `skip`, decided in this process."""
    service = bootstrap(settings, playbook=live)
    try:
        books = [CompiledBook.of(book, service.customers.schema, Renderer(book)) for book in (live, draft)]
        service.learn_styles()
        settle_memory()
        logged = last_moments(service.store, DEFAULT_TENANT, moments, skip)
        return simulate(logged, *books, models=service.models, history=service.history, beliefs=service.styles.of, told=told)
    finally:
        service.store.close()
