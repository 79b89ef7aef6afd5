"""The linear members joined into one for the candidates of one customer: what all of these share is worked out once, and not for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.propensity.design import Design
from training.propensity.linear import Linear

Matrix = NDArray[np.float64]
Source = tuple[str, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Joined:
    """The mean of linear members. intercept: (actions + 1,), with what the action's own word adds; slopes: (actions + 1, design columns). The last row is of an action nobody knows."""

    design: Design
    intercept: Matrix
    slopes: Matrix

    @classmethod
    def of(cls, linears: Sequence[Linear]) -> "Joined | None":
        """A column that several members draw alike is one here. None without a member."""
        if not linears:
            return None
        actions = max(len(linear.coefficients) for linear in linears) - 1
        codes = np.array([*range(actions), np.nan])
        intercept, slopes = np.zeros(actions + 1), dict[Source, Matrix]()
        for linear in linears:
            mine = linear.of_actions(codes) / len(linears)
            intercept += mine[:, 0]
            for source, slope in zip(_sources(linear.design), mine[:, 1:].T, strict=True):
                if source[:2] == ("word", linear.action):
                    intercept += np.where(codes == source[2], slope, 0.0)
                else:
                    slopes[source] = slopes.get(source, 0.0) + slope
        ordered = sorted(slopes)
        by_column = np.array([slopes[source] for source in ordered]).reshape(len(ordered), actions + 1)
        return cls(_design(ordered), intercept, np.ascontiguousarray(by_column.T))

    def candidates(self, row: Matrix, codes: NDArray[np.int64]) -> Matrix:
        """(n,) log-odds of one customer's candidates. row: (encoded columns,), whatever it says of the action; codes: (n,), below 0 for an action nobody knows."""
        said = self.intercept + self.slopes @ self.design(row)
        return np.asarray(said[self._places(codes)], dtype=np.float64)

    def crowd(self, x: Matrix, codes: NDArray[np.int64]) -> Matrix:
        """(n, codes) log-odds of the candidates of many customers: x (n, encoded columns).

        Added up column by column and not by BLAS, whose sums differ in the last bit with the number of its threads.
        """
        said = np.tile(self.intercept, (len(x), 1))
        for column, slope in zip(self.design(x).T, self.slopes.T.copy(), strict=True):
            asked = np.flatnonzero(column)
            if len(asked) > len(x) // 2:
                said += column[:, None] * slope
            else:
                said[asked] += column[asked, None] * slope
        return np.asarray(said[:, self._places(codes)], dtype=np.float64)

    def _places(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        last = len(self.intercept) - 1
        return np.where((codes < 0) | (codes > last), last, codes)


def _sources(design: Design) -> list[Source]:
    """What each column of the design is made of, in its order."""
    drawn = zip(design.numbers.tolist(), design.plain.tolist(), design.mean.tolist(), design.scale.tolist(), strict=True)
    numbers: list[Source] = [("a number", *one) for one in drawn]
    gaps: list[Source] = [("gap", place, 0, 0, 0) for place in design.gaps.tolist()]
    words: list[Source] = [("word", place, code, 0, 0) for place, code in design.words.tolist()]
    return [*numbers, *gaps, *words]


def _design(sources: Sequence[Source]) -> Design:
    """sources: sorted, so that numbers come first, then gaps, then words."""
    numbers, gaps, words = ([source[1:] for source in sources if source[0] == kind] for kind in ("a number", "gap", "word"))
    places, plain, mean, scale = np.array(numbers).reshape(-1, 4).T
    return Design(
        places.astype(np.intp),
        plain.astype(np.bool_),
        mean,
        scale,
        np.array([place for place, *_ in gaps], dtype=np.intp),
        np.array([source[:2] for source in words], dtype=np.intp).reshape(-1, 2),
    )
