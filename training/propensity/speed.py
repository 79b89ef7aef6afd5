"""How long do 64 candidates of one customer take: the compiled walk beside LightGBM's own predictor, in one run."""

import time
from collections.abc import Callable
from statistics import median

import lightgbm as lgb
import numpy as np

from training.propensity.compiled import CompiledTrees

ROWS, COLUMNS, CANDIDATES = 20_000, 100, 64


def compare(trees: int = 200, leaves: int = 31, repeats: int = 500, seed: int = 1) -> dict[str, object]:
    """Milliseconds a call (medians of calls that take turns), their ratio, and the largest difference of the two scores in log-odds.

    The last of 100 columns is the candidate: 64 words. Every tenth value is missing. compiled_ms is None where no compiler is at hand.
    """
    booster = _model(trees, leaves, seed)
    walked = CompiledTrees.of(booster.dump_model())
    customer, codes = np.tile(_table(1, np.random.default_rng(seed + 1)), (CANDIDATES, 1)), np.arange(CANDIDATES)
    customer[:, -1] = codes
    ways: dict[str, Callable[[], object]] = {"booster": lambda: booster.predict(customer, raw_score=True, num_threads=1)}
    if walked is not None:
        ways["compiled"] = lambda: walked.candidates(customer[0], COLUMNS - 1, codes)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            taken[name].append((time.perf_counter() - start) * 1000)
    medians = {name: median(times) for name, times in taken.items()}
    figures: dict[str, object] = {"trees": trees, "leaves": leaves, "candidates": CANDIDATES, "booster_ms": round(medians["booster"], 4)}
    if walked is None:
        return {**figures, "compiled_ms": None}
    apart = float(np.abs(walked.candidates(customer[0], COLUMNS - 1, codes) - booster.predict(customer, raw_score=True)).max())
    faster = round(medians["booster"] / medians["compiled"], 2)
    return {**figures, "compiled_ms": round(medians["compiled"], 4), "faster": faster, "largest_difference": apart}


def _model(trees: int, leaves: int, seed: int) -> lgb.Booster:
    dice = np.random.default_rng(seed)
    x = _table(ROWS, dice)
    filled = np.nan_to_num(x)
    label = (filled[:, 0] + filled[:, 1] * filled[:, 2] + (x[:, -1] % 7 == 0) + dice.normal(size=ROWS) > 0.8).astype(float)
    settings = {"objective": "binary", "num_leaves": leaves, "verbosity": -1, "num_threads": 1, "deterministic": True, "seed": seed}
    return lgb.train(settings, lgb.Dataset(x, label, categorical_feature=[COLUMNS - 1]), trees)


def _table(rows: int, dice: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    x = dice.normal(size=(rows, COLUMNS))
    x[dice.random(x.shape) < 0.1] = np.nan
    x[:, -1] = dice.integers(0, CANDIDATES, rows)
    return x
