"""What a snapshot of every customer costs, on one machine and as one task of a Ray cluster: the figures a cluster is sized with."""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa

from features.built_rows import write_rows
from features.clock import ClockKind, WallClock, open_clock
from features.engine_ray import compute_share, on_ray, shares_of
from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.moments import everyone_at
from features.simulator.world import simulate
from features.transform import active_views, distinct_moments

PARTS = (4, 16, 64)


def measure(train: Path | None, test: Path | None) -> dict[str, object]:  # noqa: ARG001 (the benches' one signature)
    """train: a home with a lake, which is only read; without it a world of 1,000,000 rows is made."""
    if train is not None:
        return run(Home(train))
    with tempfile.TemporaryDirectory(prefix="playcall-bench-") as folder:
        return run(a_world(Path(folder), 4_000, 12))


def a_world(folder: Path, customers: int, months: int) -> Home:
    home = Home(folder / "home")
    simulate(folder / "world", customers, months, 1)
    for table in TABLES:
        file = folder / "world" / f"{table}.parquet"
        if file.exists():
            ingest_files(Lake(home), table, [file], now=WallClock().now())
    return home


def run(home: Home) -> dict[str, object]:
    """Processor seconds, wall seconds and megabytes at most, each in a process of its own. task: of one of so many parts, on one thread."""
    lake = Lake(home)
    with tempfile.TemporaryDirectory(prefix="playcall-bench-") as folder:
        here = _alone(_here, home, Path(folder) / "here")
        tasks = {str(parts): _alone(_task, home, parts, Path(folder) / f"part-{parts}") for parts in PARTS}
        ray = _alone(_on_ray, home, Path(folder) / "ray")
    return {
        "rows": sum(lake.counts().values()),
        "customers": lake.counts()["customers"],
        "here": here,
        "task_of_parts": tasks,
        "ray_wall_seconds": ray["wall_seconds"],
    }


def _alone(work: Callable[..., None], *given: Any) -> dict[str, float]:
    """What the work costs, in a process of its own that nothing ran in before."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measured, work, *given).result()


def _measured(work: Callable[..., None], *given: Any) -> dict[str, float]:
    begun, busy = time.perf_counter(), time.process_time()
    work(*given)
    return {
        "wall_seconds": round(time.perf_counter() - begun, 1),
        "processor_seconds": round(time.process_time() - busy, 1),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _moments(home: Home) -> pa.Table:
    lake = Lake(home)
    with lake.connect() as connection:
        return distinct_moments(everyone_at(connection, open_clock(ClockKind.DATA, lake.newest_event).now()))


def _here(home: Home, folder: Path) -> None:
    with Lake(home).connect() as connection:
        write_rows(connection, active_views(connection, home), _moments(home), folder, lambda _: None)


def _task(home: Home, parts: int, folder: Path) -> None:
    lake = Lake(home)
    with lake.connect() as connection:
        share, views = shares_of(connection, _moments(home), parts)[0], active_views(connection, home)
    compute_share(home, lake.manifest(), views, share, folder)


def _on_ray(home: Home, folder: Path) -> None:
    with Lake(home).connect() as connection:
        on_ray(home, None)(connection, active_views(connection, home), _moments(home), folder, lambda _: None)
