"""Which columns only tell the date: a column by which the newest rows can be told from the older ones will not hold tomorrow."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.side_by_side import side_by_side

Matrix = NDArray[np.float64]
NEWEST = 0.25
DATED = 0.75
"""An area under the curve from here on marks the column: three of four pairs are put into the right order of time."""
_BINS = 20


def adversarial_auc(x: Matrix, categorical: Sequence[int]) -> Matrix:
    """(columns,) how well each column alone tells the newest quarter of (n, columns) rows, oldest first, from the others.

    0.5: not at all, 1: always. Bins of each column are scored on every other row and judged on the rest, so chance does not mark a column.
    """
    newest = np.arange(len(x)) >= (1 - NEWEST) * len(x)
    words = set(categorical)
    return np.array(side_by_side(lambda place: _auc(_binned(x[:, place], place in words), newest), range(x.shape[1])))


def _binned(column: Matrix, is_word: bool) -> NDArray[np.intp]:
    """(n,) bin numbers from 1; 0 is missing."""
    found = column[np.isfinite(column)]
    if not len(found):
        return np.zeros(len(column), dtype=np.intp)
    cuts = np.unique(found)[:-1] if is_word else np.unique(np.quantile(found, np.arange(1, _BINS) / _BINS))
    return np.where(np.isfinite(column), np.searchsorted(cuts, column, side="left") + 1, 0)


def _auc(bins: NDArray[np.intp], newest: NDArray[np.bool_]) -> float:
    """The area under the curve of the pairs, a tie counting half. Both halves are spread over the whole time."""
    seen = np.bincount(bins[::2], minlength=bins.max() + 1)
    new = np.bincount(bins[::2], newest[::2], minlength=bins.max() + 1)
    _, place = np.unique((new + NEWEST) / (seen + 1), return_inverse=True)
    judged = place[bins[1::2]]
    late, early = np.bincount(judged[newest[1::2]], minlength=len(place)), np.bincount(judged[~newest[1::2]], minlength=len(place))
    return float(late @ (np.cumsum(early) - early / 2) / (late.sum() * early.sum()))
