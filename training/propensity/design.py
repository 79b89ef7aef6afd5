"""From encoded columns to the columns of a linear model: numbers drawn together, standardised and clipped, words one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.side_by_side import BLOCK, by_block, by_column

Matrix = NDArray[np.float64]
Places = NDArray[np.intp]
LEAST_ROWS = 20
"""A word, and a gap, seen in fewer rows is left out."""
FARTHEST = 4.0
"""In standard deviations: no single customer pulls further."""


@dataclass(frozen=True, slots=True)
class Design:
    """numbers: places of the encoded columns used as numbers, of which `plain` are taken as they are and the others as sign x log(1 + size).

    gaps: places whose missing values are a column; words: (place, code) pairs, a column each. Missing numbers are 0, the mean.
    """

    numbers: Places
    plain: NDArray[np.bool_]
    mean: Matrix
    scale: Matrix
    gaps: Places
    words: Places

    @classmethod
    def of(cls, x: Matrix, numbers: Sequence[int], texts: Sequence[int], plain: Sequence[int]) -> "Design":
        """numbers, texts: places among x's columns to use; plain: those of the numbers that are not to be drawn together."""
        spread = by_column(lambda place: _spread(x[:, place], np.bool_(place in plain)), numbers, len(x))
        varying = [(place, told) for place, told in zip(numbers, spread, strict=True) if told is not None]
        places = np.array([place for place, _ in varying], dtype=np.intp)
        mean, scale = np.array([told for _, told in varying]).reshape(-1, 2).T
        return cls(places, np.isin(places, plain), mean, scale, _gaps(x, numbers), _words(x, texts))

    @property
    def sources(self) -> Places:
        """For each of the design's columns, the encoded column it comes from."""
        return np.concatenate([self.numbers, self.gaps, self.words[:, 0]])

    def __call__(self, x: Matrix) -> Matrix:
        """(n, design columns) of (n, encoded columns), or (design columns,) of one row; never missing."""
        if x.ndim == 1 or len(x) <= BLOCK:
            return self._block(x)
        z = np.empty((len(x), len(self.sources)))

        def fill(block: slice) -> None:
            z[block] = self._block(x[block])

        for _ in by_block(fill, len(x)):
            pass
        return z

    def _block(self, x: Matrix) -> Matrix:
        standard = _drawn(x[..., self.numbers], self.plain)
        standard -= self.mean
        standard /= self.scale
        np.minimum(np.maximum(standard, -FARTHEST, out=standard), FARTHEST, out=standard)
        np.copyto(standard, 0.0, where=np.isnan(standard))
        return np.concatenate([standard, np.isnan(x[..., self.gaps]), x[..., self.words[:, 0]] == self.words[:, 1]], axis=-1)

    def to_json(self) -> dict[str, object]:
        return {name: getattr(self, name).tolist() for name in ("numbers", "plain", "mean", "scale", "gaps", "words")}

    @classmethod
    def from_json(cls, saved: Mapping[str, list[float]]) -> "Design":
        return cls(
            np.array(saved["numbers"], dtype=np.intp),
            np.array(saved["plain"], dtype=np.bool_),
            np.array(saved["mean"], dtype=np.float64),
            np.array(saved["scale"], dtype=np.float64),
            np.array(saved["gaps"], dtype=np.intp),
            np.array(saved["words"], dtype=np.intp).reshape(-1, 2),
        )


def _drawn(values: Matrix, plain: NDArray[np.bool_] | np.bool_) -> Matrix:
    drawn = np.abs(values)
    np.copysign(np.log1p(drawn, out=drawn), values, out=drawn)
    np.copyto(drawn, values, where=plain)
    return drawn


def _spread(column: Matrix, plain: np.bool_) -> tuple[float, float] | None:
    """Mean and scale of what is known, drawn together; None where it does not vary."""
    found = column[np.isfinite(column)]
    if len(found) < 2 or found.min() == found.max():
        return None
    drawn = _drawn(found, plain)
    return float(drawn.mean()), float(drawn.std()) + 1e-9


def _gaps(x: Matrix, numbers: Sequence[int]) -> Places:
    """Columns that are empty in the same rows say the same: the first of them speaks."""
    first: dict[bytes, int] = {}
    for place in numbers:
        missing = np.isnan(x[:, place])
        if LEAST_ROWS <= missing.sum() <= len(missing) - LEAST_ROWS:
            first.setdefault(np.packbits(missing).tobytes(), place)
    return np.array(list(first.values()), dtype=np.intp)


def _words(x: Matrix, texts: Sequence[int]) -> Places:
    pairs: list[tuple[int, int]] = []
    for place in texts:
        codes, counts = np.unique(x[np.isfinite(x[:, place]), place], return_counts=True)
        pairs += [(place, int(code)) for code, count in zip(codes, counts, strict=True) if LEAST_ROWS <= count < len(x)]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)
