"""What every policy brought, beside chance and the oracle: shares of what there is to win, and regret as curves."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Values = NDArray[np.float64]


def shares(values: Mapping[str, Values]) -> dict[str, dict[str, object]]:
    """values: by policy, (worlds, rounds, talks) true mean value of every decision. The range is over the worlds."""
    floor, ceiling = values["random"], values["oracle"]
    return {name: _figures(one, floor, ceiling) for name, one in values.items()}


def _figures(one: Values, floor: Values, ceiling: Values) -> dict[str, object]:
    by_world = _share(one, floor, ceiling, (1, 2))
    return {
        "by_round": one.mean(axis=(0, 2)).round(4).tolist(),
        "mean": float(one.mean()),
        "share_of_oracle_by_round": _share(one, floor, ceiling, (0, 2)).round(4).tolist(),
        "share_of_oracle": float(_share(one, floor, ceiling, None)),
        "share_of_oracle_range": [float(by_world.min()), float(by_world.max())],
    }


def _share(one: Values, floor: Values, ceiling: Values, axis: tuple[int, int] | None) -> Values:
    return np.asarray((one.mean(axis=axis) - floor.mean(axis=axis)) / (ceiling.mean(axis=axis) - floor.mean(axis=axis)))


def draw_regret(values: Mapping[str, Values], file: Path) -> None:
    """Cumulated yuan behind the oracle of actions after every talk, mean over the worlds, a curve each."""
    file.parent.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    regrets = {name: np.cumsum((values["oracle"] - one).mean(axis=0).ravel()) for name, one in values.items()}
    for name, regret in sorted(regrets.items(), key=lambda item: -item[1][-1]):
        axes.plot(np.arange(1, len(regret) + 1), regret, label=f"{name} ({regret[-1]:,.0f})", linewidth=2.5 if name == "playcall" else 1.2)
    axes.set_xlabel("talks")
    axes.set_ylabel("yuan behind the oracle of actions")
    axes.set_title("What each policy leaves on the table")
    axes.legend()
    figure.savefig(file, dpi=120)
