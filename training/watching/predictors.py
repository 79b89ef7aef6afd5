"""Does a strong feature still go with a yes as it did in training?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from training.watching.rows import Proposals, Watched

WORDS = 8
CUTS = 5
LEAST_ANSWERS = 10
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """share_before, share_now: of the rows. seen_before, seen_now: the rate of yes, NaN below ten answers."""

    name: str
    share_before: float
    share_now: float
    seen_before: float
    seen_now: float
    answers_now: int


@dataclass(frozen=True, slots=True)
class Predictor:
    feature: str
    bins: tuple[Bin, ...]


def predictors(watched: Watched, names: Sequence[str]) -> list[Predictor]:
    """A number in fifths of its training values, a text by its commonest words; missing and all other words have a bin of their own."""
    return [Predictor(name, _bins(watched, name)) for name in names]


def _bins(watched: Watched, name: str) -> tuple[Bin, ...]:
    before, now = watched.learned.rows[name], watched.since.rows[name]
    titles, place = _numbers(before) if pa.types.is_floating(before.type) else _words(before)
    old, new = place(before), place(now)
    bins = [_bin(title, watched, old == number, new == number) for number, title in enumerate(titles)]
    return tuple(one for one in bins if one.share_before or one.share_now)


def _bin(title: str, watched: Watched, old: NDArray[np.bool_], new: NDArray[np.bool_]) -> Bin:
    answers = int((watched.since.answered & new).sum())
    return Bin(title, _share(old), _share(new), _rate(watched.learned, old), _rate(watched.since, new), answers)


def _share(mine: NDArray[np.bool_]) -> float:
    return float(mine.mean()) if len(mine) else 0.0


def _rate(proposals: Proposals, mine: NDArray[np.bool_]) -> float:
    told = proposals.answered & mine
    return float(proposals.label[told].mean()) if told.sum() >= LEAST_ANSWERS else float("nan")


Place = Callable[[pa.ChunkedArray], NDArray[np.intp]]


def _numbers(column: pa.ChunkedArray) -> tuple[list[str], Place]:
    values = column.drop_null().to_numpy()
    cuts = np.unique(np.quantile(values, np.arange(1, CUTS) / CUTS)) if len(values) else np.empty(0)
    edges = [f"{cut:.4g}" for cut in cuts]
    titles = ["missing", *([f"to {edges[0]}"] if edges else ["any"]), *(f"{a} to {b}" for a, b in pairwise(edges))]
    titles += [f"over {edges[-1]}"] if edges else []

    def place(asked: pa.ChunkedArray) -> NDArray[np.intp]:
        numbers = pc.fill_null(asked, float("nan")).to_numpy()
        return np.where(np.isfinite(numbers), np.searchsorted(cuts, numbers, side="left") + 1, 0)

    return titles, place


def _words(column: pa.ChunkedArray) -> tuple[list[str], Place]:
    counted = sorted(pc.value_counts(column.drop_null()).to_pylist(), key=lambda one: (-one["counts"], one["values"]))
    words = [str(one["values"]) for one in counted[:WORDS]]
    codes = {word: number for number, word in enumerate(words, start=1)}

    def place(asked: pa.ChunkedArray) -> NDArray[np.intp]:
        return np.array([0 if word is None else codes.get(word, len(words) + 1) for word in asked.to_pylist()], dtype=np.intp)

    return ["missing", *words, "others"], place
