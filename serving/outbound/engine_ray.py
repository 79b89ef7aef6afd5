"""The same list on a Ray cluster: every processor decides for shares of the customers, with the book and the models of the one who asks."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import ray

from playbooks.schema.playbook import Playbook
from serving.bootstrap import bootstrap
from serving.decision.decide import Models
from serving.errors import PlanError
from serving.outbound.canvass import Canvass
from serving.outbound.engine import Engine, here
from serving.outbound.options import CHUNK, Found
from serving.service import Service
from serving.settings import Settings
from training.scorer import Scorer

SHARE = 4 * CHUNK
"""Customers: whole chunks, so that every one of these is scored with the same neighbours as without a cluster."""
AHEAD = 2
"""Shares a worker is given before its first is taken, so that none waits and memory holds few."""


def on_ray(address: str | None) -> Engine:
    """Decide on the cluster at `address`, or on one started here for this list; where this process is in one already, on that.

    Its machines must see the home at the same path, and the records at the same address.
    """

    def decided(service: Service, canvass: Canvass) -> Iterator[Found]:
        ours = not ray.is_initialized()
        if ours:
            ray.init(address=address, include_dashboard=False, log_to_driver=False)
        try:
            yield from _spread(service, canvass)
        finally:
            if ours:
                ray.shutdown()

    return decided


class Decided:
    """A worker's service: the same book and the same versions of the models, whatever is published or promoted meanwhile."""

    def __init__(
        self, settings: Settings, tenant: str, playbook: Playbook, versions: tuple[str | None, str | None], *, stale: bool
    ) -> None:
        self.service = bootstrap(settings, tenant, playbook)
        champion, challenger = (_model(self.service, version) for version in versions)
        self.service.models = Models(champion, challenger, stale)

    def found(self, share: Canvass) -> list[Found]:
        return list(here(self.service, share))


def _model(service: Service, version: str | None) -> Scorer | None:
    found = service.scorer(version)
    if version is not None and found is None:
        raise PlanError(f"a worker cannot load the model of version {version}; give all machines the same home and registry")
    return found


def _spread(service: Service, canvass: Canvass) -> Iterator[Found]:
    """In the customers' order, a few shares ahead of whoever takes them."""
    models = (service.models.champion, service.models.challenger)
    given = service.settings, service.tenant, canvass.playbook, tuple(model and model.version for model in models)
    kind: Any = ray.remote(num_cpus=1)(Decided)
    workers = [kind.remote(*given, stale=service.models.stale) for _ in range(int(ray.cluster_resources()["CPU"]))]  # type: ignore[no-untyped-call]
    running: deque[Any] = deque()
    for number, first in enumerate(range(0, len(canvass.reach.customers), SHARE)):
        running.append(workers[number % len(workers)].found.remote(canvass.part(first, SHARE)))
        if len(running) >= AHEAD * len(workers):
            yield from ray.get(running.popleft())
    while running:
        yield from ray.get(running.popleft())
    for worker in workers:
        ray.kill(worker)
