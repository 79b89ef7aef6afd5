"""The same trees on a Ray cluster: a share of the rows at each of its processors, and LightGBM's own data-parallel growth among them.

Rows that are here are dealt out; where they are too many to be here every processor reads its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ray
from ray.util import placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from features.share import dealt
from training.engine import ROWS_HERE, Engine, Readers
from training.machine_ray import Holder, Reader
from training.propensity.shares import from_bins, in_shares, parts_for
from training.read_share import Asked, Tally
from training.recent import Level

CLOSE_SECONDS = 10.0
"""For machines to clear up; one that has failed cannot."""


@contextmanager
def on_ray(address: str | None, rows_here: int = ROWS_HERE) -> Iterator[Engine]:
    """Trees grown on the cluster at `address`, or on one started here until the end of the block; where this process is in one already, on that.

    Its machines must reach each other at any port; where there are more proposals than rows_here, they must see the home at the same path.
    """
    ours = not ray.is_initialized()
    if ours:
        ray.init(address=address, include_dashboard=False, log_to_driver=False)
    try:
        yield Engine(in_shares(_processors(), _spread), _reading, rows_here)
    finally:
        if ours:
            ray.shutdown()


@contextmanager
def _reading(asked: Asked, level: Level) -> Iterator[Readers]:
    """They begin to read at once, and keep rows and processors until the end of the block."""
    shares = dealt(parts_for(asked.manifest.table("proposals").events, _processors()))
    with _processors_for(len(shares)) as start:
        told = ray.put(asked), ray.put(level)
        readers = [start(Reader, *told, share) for share in shares]
        reading = [reader.read.remote() for reader in readers]

        def tally() -> list[Tally]:
            _first(reading)
            return list(ray.get(reading))

        def grow(bins: bytes, settings: Mapping[str, object], rounds: int) -> str:
            tally()
            return _together(readers, settings, rounds, ray.put(bins))

        try:
            yield Readers(from_bins(grow), tally)
        finally:
            ray.wait([reader.close.remote() for reader in readers], num_returns=len(readers), timeout=CLOSE_SECONDS)


def _spread(parts: int, shares: Iterator[bytes], settings: Mapping[str, object], rounds: int) -> str:
    with _processors_for(parts) as start:
        return _together([start(Holder, share) for share in shares], settings, rounds)


@contextmanager
def _processors_for(parts: int) -> Iterator[Callable[..., Any]]:
    """Starts an object at one of them. All are taken at once, so that two trainings do not wait for each other for ever."""
    group = placement_group([{"CPU": 1}] * parts, strategy="SPREAD")
    ray.get(group.ready())
    where = PlacementGroupSchedulingStrategy(group)
    try:
        yield lambda kind, *given: ray.remote(num_cpus=1, scheduling_strategy=where)(kind).remote(*given)
    finally:
        remove_placement_group(group)


def _together(machines: Sequence[Any], settings: Mapping[str, object], rounds: int, *given: Any) -> str:
    addresses = ray.get([one.address.remote() for one in machines])
    text: str = _first([one.grow.remote(settings, rounds, addresses, place, *given) for place, one in enumerate(machines)])
    return text


def _first(asked: Sequence[Any]) -> Any:
    """The first's answer, once all have answered. Raises as soon as one machine fails."""
    running = list(asked)
    while running:
        (done, *_), running = ray.wait(running)
        ray.get(done)
    return ray.get(asked[0])


def _processors() -> int:
    return int(ray.cluster_resources()["CPU"])  # type: ignore[no-untyped-call]
