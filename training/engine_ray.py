"""The same trees on a Ray cluster: a share of the rows at each of its processors, and LightGBM's own data-parallel growth among them."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ray
from ray.util import get_node_ip_address, placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from training.propensity.boosting import Grow
from training.propensity.shares import grow_share, in_shares


@contextmanager
def on_ray(address: str | None) -> Iterator[Grow]:
    """Trees grown on the cluster at `address`, or on one started here until the end of the block; where this process is in one already, on that.

    Its machines must reach each other at any port.
    """
    ours = not ray.is_initialized()
    if ours:
        ray.init(address=address, include_dashboard=False, log_to_driver=False)
    try:
        yield in_shares(int(ray.cluster_resources()["CPU"]), _spread)  # type: ignore[no-untyped-call]
    finally:
        if ours:
            ray.shutdown()


class Holder:
    """Holds a share, at an address of its own, until all the others are held."""

    def __init__(self, share: bytes) -> None:
        self.share = share
        self.port = socket.socket()
        self.port.bind(("", 0))

    def address(self) -> str:
        return f"{get_node_ip_address()}:{self.port.getsockname()[1]}"  # type: ignore[no-untyped-call]

    def grow(self, settings: Mapping[str, object], rounds: int, machines: Sequence[str], place: int) -> str:
        self.port.close()
        return grow_share(self.share, settings, rounds, machines, place)


def _spread(parts: int, shares: Iterator[bytes], settings: Mapping[str, object], rounds: int) -> str:
    """The processors are taken all at once, so that two trainings do not wait for each other for ever."""
    group = placement_group([{"CPU": 1}] * parts, strategy="SPREAD")
    ray.get(group.ready())
    try:
        holder: Any = ray.remote(num_cpus=1, scheduling_strategy=PlacementGroupSchedulingStrategy(group))(Holder)
        holders = [holder.remote(share) for share in shares]
        machines = ray.get([one.address.remote() for one in holders])
        return _first([one.grow.remote(settings, rounds, machines, place) for place, one in enumerate(holders)])
    finally:
        remove_placement_group(group)


def _first(asked: Sequence[Any]) -> str:
    """The first's answer, once all have answered. Raises as soon as one machine fails."""
    running = list(asked)
    while running:
        (done, *_), running = ray.wait(running)
        ray.get(done)
    text: str = ray.get(asked[0])
    return text
