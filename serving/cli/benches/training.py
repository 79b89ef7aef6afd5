"""What `playcall train` costs beyond LightGBM: its whole fitting beside the bare fit of the same trees, on rows of a known size."""

import importlib
import importlib.util
import multiprocessing
import resource
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from serving.cli.benches.training_rows import LEAST_FEATURES, made
from training.columns import Columns
from training.evaluation.measures import measures
from training.fit import TEST, fit
from training.propensity.boosting import Boosting, Grow, grow_here

ROWS, FEATURES = 1_000_000, 100
SEED = 1
TURNS = 2
"""Both are measured so often, one after the other, and the shortest time of each is taken: what else the machine does disturbs them less."""


@dataclass(frozen=True, slots=True)
class Cost:
    """inside, busy_inside: seconds, and processor seconds, of it that LightGBM took for the trees of all rows, in so many fits and rounds. megabytes: the most memory at once, above what the process had before it made its rows."""

    seconds: float
    inside: float
    busy: float
    busy_inside: float
    fits: int
    rounds: int
    megabytes: float


class Timed:
    """Grows trees, and keeps how long that took."""

    def __init__(self, grow: Grow) -> None:
        self.grow, self.start = grow, _resident()
        self.seconds, self.busy, self.fits, self.rounds = 0.0, 0.0, 0, 0

    def __call__(self, rows: Any, settings: Mapping[str, object], rounds: int) -> Any:
        begun, busy = time.perf_counter(), time.process_time()
        booster = self.grow(rows, settings, rounds)
        self.seconds, self.busy = self.seconds + time.perf_counter() - begun, self.busy + time.process_time() - busy
        self.fits, self.rounds = self.fits + 1, rounds
        return booster

    def cost(self, begun: float, busy: float) -> Cost:
        """Since begun on the clock and busy on the processor."""
        seconds, worked = time.perf_counter() - begun, time.process_time() - busy
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return Cost(seconds, self.seconds, worked, self.busy, self.fits, self.rounds, most - self.start)


def measure(train: Path | None, test: Path | None, rows: int = ROWS, features: int = FEATURES) -> dict[str, object]:
    """rows made up, so many columns in all. Each part runs in a process of its own. Memory counts the table of the rows, and is told in sizes of the float64 matrix learned from."""
    del train, test
    if features < LEAST_FEATURES:
        raise click.UsageError(f"bench training needs --features {LEAST_FEATURES} or more: so many are of the talk and the action alone")
    wholes, bares = [], []
    for _ in range(TURNS):
        wholes.append(_apart(_whole, rows, features))
        bares.append(_apart(_bare, rows, features, wholes[0].rounds))
    whole, bare = (min(costs, key=lambda cost: cost.seconds) for costs in (wholes, bares))
    matrix = int(TEST * rows) * features * 8 / 2**20
    figures: dict[str, object] = {
        "rows": rows,
        "features": features,
        "rounds": whole.rounds,
        "fits_inside": whole.fits,
        "time_of_bare": round(whole.seconds / (bare.seconds * whole.fits), 2),
        "time_of_inside": [round(cost.seconds / cost.inside, 2) for cost in wholes],
        "processor_time_of_inside": [round(cost.busy / cost.busy_inside, 2) for cost in wholes],
        "matrix_megabytes": round(matrix),
        "peak_of_matrix": round(max(cost.megabytes for cost in wholes) / matrix, 2),
        "bare_peak_of_matrix": round(bare.megabytes / matrix, 2),
    }
    if importlib.util.find_spec("ray") is not None:
        figures["ray_time_of_bare"] = round(_apart(_on_ray, rows, features, whole.rounds).seconds / bare.seconds, 2)
    return figures


def _apart(work: Callable[..., Cost], *given: int) -> Cost:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _whole(rows: int, features: int) -> Cost:
    """All that training does between the labelled rows and the registry, and the figures of the newest tenth."""
    timed = Timed(grow_here)
    labelled = made(rows, features)
    begun, busy = time.perf_counter(), time.process_time()
    fitted = fit(labelled.part(0, TEST), SEED, grow=timed)
    newest = labelled.part(TEST, 1)
    measures(newest.label, fitted.scorer.predict(newest.rows))
    return timed.cost(begun, busy)


def _bare(rows: int, features: int, rounds: int, grow: Grow = grow_here) -> Cost:
    """The same trees from a matrix, which is there already."""
    timed = Timed(grow)
    labelled = made(rows, features).part(0, TEST)
    columns = Columns.of(labelled.schema, labelled.rows)
    x, label = columns.matrix(labelled.rows), labelled.label
    del labelled
    begun, busy = time.perf_counter(), time.process_time()
    Boosting.fit(x, label, columns.names, columns.categorical, rounds, SEED, grow=timed)
    return timed.cost(begun, busy)


def _on_ray(rows: int, features: int, rounds: int) -> Cost:
    """On a cluster of this machine's processors; that it starts is not counted."""
    with importlib.import_module("training.engine_ray").on_ray(None) as engine:
        return _bare(rows, features, rounds, engine.grow)


def _resident() -> float:
    """Megabytes of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
