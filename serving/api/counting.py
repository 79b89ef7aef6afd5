"""What Prometheus reads: requests, their time, what is carried and what was shed. Figures with a tenant are shown to that tenant alone."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

REQUESTS = Counter("playcall_requests", "Requests answered, by route and status", ["method", "route", "status"])
OF_TENANT = Counter("playcall_tenant_requests", "Requests answered, by tenant, role and status class", ["tenant", "role", "status"])
SECONDS = Histogram(
    "playcall_request_seconds",
    "Time to the first byte of the answer",
    ["route"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
IN_FLIGHT = Gauge("playcall_in_flight", "Requests this worker is answering now")
_SHED = Counter("playcall_shed", "Requests refused with 503 because the worker carried all it can")
TENANT = "tenant"


def count_request(scope: Scope, status: int, seconds: float) -> None:
    """An unknown path is one route, so that nobody can fill the memory with names."""
    route = getattr(scope.get("route"), "path", "-")
    REQUESTS.labels(scope["method"] if route != "-" else "-", route, status).inc()
    SECONDS.labels(route).observe(seconds)
    principal = (scope.get("state") or {}).get("principal")
    if principal is not None:
        OF_TENANT.labels(principal.tenant, principal.role, f"{status // 100}xx").inc()


def count_shed() -> None:
    _SHED.inc()


class SeenBy(Collector):
    """The figures one caller may see: those of no tenant, and those of the caller's own; besides: more of them, counted elsewhere."""

    def __init__(self, tenant: str | None, besides: Sequence[Metric] = ()) -> None:
        self._tenant = tenant
        self._besides = besides

    def collect(self) -> Iterator[Metric]:
        for metric in REGISTRY.collect():
            seen = Metric(metric.name, metric.documentation, metric.type, metric.unit)
            seen.samples = [sample for sample in metric.samples if sample.labels.get(TENANT, self._tenant) == self._tenant]
            if seen.samples or not metric.samples:
                yield seen
        yield from self._besides

    def describe(self) -> Iterable[Metric]:
        return ()
