"""Training by shares beside training in one memory: what the largest process holds, how long it takes, and what the two models say of the same rows."""

import importlib
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from features.events.lake import Lake
from features.home import Home
from serving.cli.benches.most_memory import MostMemory, most_of_this
from serving.cli.benches.shares_lake import END, made_home
from training.engine import HERE
from training.evaluation.losses import losses
from training.evaluation.measures import measures
from training.fit import TEST
from training.learn import Lesson, learn
from training.saved import SavedScorer
from training.training_set import training_set

ROWS = 1_000_000
SHARES = (2, 4, 8)
READER = "ray::Reader"
LESSON = Lesson({}, {}, END, 1)


@dataclass(frozen=True, slots=True)
class Cost:
    """megabytes: the most this process held; reader_megabytes: the most any reader did. rows_here: labelled rows that this process learned from and judged by. recipe: the chosen one."""

    seconds: float
    megabytes: float
    rows_here: int
    recipe: str
    reader_megabytes: float = 0.0


def measure(train: Path | None, test: Path | None, rows: int = ROWS) -> dict[str, object]:
    """rows: proposals made up. Every training runs in a process of its own; `start` is what such a process holds before it reads anything."""
    del train, test
    with tempfile.TemporaryDirectory(prefix="playcall-bench-") as folder:
        home, models = made_home(Path(folder), rows), Path(folder)
        start = _apart(_start)
        whole, other = (_apart(_whole, home, models / name, seed) for name, seed in (("whole", 1), ("another_seed", 2)))
        by_shares = {shares: _apart(_by_shares, home, shares, rows // shares, models / f"{shares}") for shares in SHARES}
        said = _apart(_judged, home, {name: models / name for name in ("whole", "another_seed", *map(str, SHARES))})
    return {
        "proposals": rows,
        "start_megabytes": round(start),
        "in_one_memory": {"seconds": round(whole.seconds), "megabytes": round(whole.megabytes), "recipe": whole.recipe} | said["whole"],
        "in_one_memory_another_seed": {"recipe": other.recipe} | said["another_seed"],
        "by_shares": {
            shares: {
                "seconds": round(cost.seconds),
                "sample": cost.rows_here,
                "recipe": cost.recipe,
                "asking_megabytes": round(cost.megabytes),
                "reader_megabytes": round(cost.reader_megabytes),
                "largest_above_start_of_one_memory": round(
                    (max(cost.megabytes, cost.reader_megabytes) - start) / (whole.megabytes - start), 2
                ),
            }
            | said[f"{shares}"]
            for shares, cost in by_shares.items()
        },
    }


def _apart(work: Callable[..., Any], *given: Any) -> Any:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _start() -> float:
    importlib.import_module("training.machine_ray")
    return most_of_this()


def _whole(home: Home, model: Path, seed: int) -> Cost:
    begun = time.perf_counter()
    learned = learn(Lake(home), replace(LESSON, seed=seed), HERE)
    learned.fitted.scorer.save(model)
    return Cost(time.perf_counter() - begun, most_of_this(), len(learned.labelled.label), learned.fitted.choice.name)


def _by_shares(home: Home, shares: int, rows_here: int, model: Path) -> Cost:
    """On a cluster of so many processors, which this machine may not have."""
    ray = importlib.import_module("ray")
    ray.init(num_cpus=shares, include_dashboard=False, log_to_driver=False)
    begun = time.perf_counter()
    with MostMemory(READER) as readers, importlib.import_module("training.engine_ray").on_ray(None, rows_here) as engine:
        learned = learn(Lake(home), LESSON, engine)
    seconds = time.perf_counter() - begun
    ray.shutdown()
    learned.fitted.scorer.save(model)
    return Cost(seconds, most_of_this(), len(learned.labelled.label), learned.fitted.choice.name, readers.megabytes)


def _judged(home: Home, models: dict[str, Path]) -> dict[str, dict[str, float]]:
    """On the newest twentieth, which no sample's newest tenth begins after. behind: log loss above that of the model grown in one memory, with its standard error."""
    labelled = training_set(Lake(home), LESSON.windows, END)
    newest = labelled.part((1 + TEST) / 2, 1)
    said = {name: SavedScorer.load(folder, name).predict(newest.rows) for name, folder in models.items()}
    loss = {name: losses(newest.label, probability) for name, probability in said.items()}
    return {name: _figures(newest.label, said[name], loss[name] - loss["whole"]) for name in models}


def _figures(label: Any, said: Any, behind: Any) -> dict[str, float]:
    found = measures(label, said)
    error = float(behind.std(ddof=1) / np.sqrt(len(behind)))
    return {name: round(found[name], 5) for name in ("auc", "log_loss")} | {
        "behind": round(float(behind.mean()), 6),
        "error": round(error, 6),
    }
