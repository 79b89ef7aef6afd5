"""The two pictures every run keeps: reliability and lift."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.evaluation.calibration import reliability
from training.evaluation.discrimination import lift_by_decile


def draw(label: NDArray[np.float64], probability: NDArray[np.float64], folder: Path) -> list[Path]:
    """Write reliability.png and lift.png to the folder; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    said, seen = zip(*reliability(label, probability), strict=True)
    return [
        _plot(folder / "reliability.png", "said", "seen", said, seen, diagonal=True),
        _plot(folder / "lift.png", "tenth of the ranking", "lift", range(1, 11), lift_by_decile(label, probability), diagonal=False),
    ]


def _plot(path: Path, across: str, up: str, xs: Sequence[float], ys: Sequence[float], *, diagonal: bool) -> Path:
    figure = Figure(figsize=(5, 4))
    axes = figure.subplots()
    axes.plot(xs, ys, marker="o")
    if diagonal:
        axes.axline((0, 0), slope=1, linestyle="--", color="grey")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    figure.savefig(path)
    return path
