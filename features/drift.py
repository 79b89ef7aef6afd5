"""How a feature's values lie, as a few numbers, and how far two such pictures are apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BINS = 10
WORDS = 50
_SMALL = 1e-4
_OTHER = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Picture:
    """One feature over many customers. shares: of each bin of a number (cut at `edges`) or of each word; null_rate beside them. All in [0, 1]."""

    null_rate: float
    edges: tuple[float, ...]
    shares: Mapping[str, float]


def picture(values: pa.ChunkedArray, edges: Sequence[float] | None = None) -> Picture:
    """edges: the bins of an older picture; None takes the deciles of these values."""
    null_rate = values.null_count / len(values) if len(values) else 0.0
    filled = values.drop_null()
    if pa.types.is_floating(values.type):
        numbers = filled.to_numpy()
        cuts = _cuts(numbers) if edges is None else tuple(edges)
        counts = np.bincount(np.searchsorted(cuts, numbers, side="left"), minlength=len(cuts) + 1)
        return Picture(null_rate, cuts, {str(place): float(count) / max(len(numbers), 1) for place, count in enumerate(counts)})
    counted = pc.value_counts(filled).to_pylist()
    return Picture(null_rate, (), {entry["values"]: entry["counts"] / len(filled) for entry in counted})


def psi(before: Picture, now: Picture) -> float:
    """Population stability index over bins or words, nulls as one more; 0 is the same, above 0.25 is another population."""
    old, new = _shares(before), _shares(now)
    pairs = [(max(old.get(key, 0.0), _SMALL), max(new.get(key, 0.0), _SMALL)) for key in old.keys() | new.keys()]
    return float(sum((n - o) * np.log(n / o) for o, n in pairs))


def to_plain(shown: Picture) -> dict[str, object]:
    return {"null_rate": shown.null_rate, "edges": list(shown.edges), "shares": dict(shown.shares)}


def from_plain(plain: Mapping[str, object]) -> Picture:
    edges, shares = plain["edges"], plain["shares"]
    if not (isinstance(edges, list) and isinstance(shares, dict)):
        raise TypeError("a picture has a list of edges and shares by name")
    return Picture(float(str(plain["null_rate"])), tuple(edges), shares)


def _cuts(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, ...]:
    if not len(numbers):
        return ()
    return tuple(float(cut) for cut in np.unique(np.quantile(numbers, np.arange(1, BINS) / BINS)))


def _shares(shown: Picture) -> dict[str, float]:
    filled = 1 - shown.null_rate
    kept = dict(sorted(shown.shares.items(), key=lambda item: (-item[1], item[0]))[:WORDS])
    rest = max(0.0, 1 - sum(kept.values())) if shown.shares else 0.0
    return {key: share * filled for key, share in kept.items()} | {_OTHER: rest * filled, "": shown.null_rate}
