"""Which columns move the model most?"""

import numpy as np
import pyarrow as pa

from training.columns import ACTION
from training.saved import SavedScorer

ROWS = 2_000
"""Of the newest rows: enough for a mean, and done in a second."""


def strength(scorer: SavedScorer, rows: pa.Table) -> dict[str, float]:
    """By column but the action, strongest first: the mean size of what it moved the log-odds by, over the newest rows."""
    newest = rows.slice(max(0, rows.num_rows - ROWS))
    moved = np.abs(scorer.blend.contributions(scorer.columns.matrix(newest))[:, :-1]).mean(axis=0)
    told = {name: float(value) for name, value in zip(scorer.columns.names, moved, strict=True) if name != ACTION}
    return dict(sorted(told.items(), key=lambda item: -item[1]))
