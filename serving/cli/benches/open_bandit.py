"""A real log of a shop that recommended at random: what would Thompson sampling have got, and what did it get?"""

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from serving.cli.benches.files import shared
from training.replay.estimate import Estimate
from training.replay.open_bandit import Checked, campaign_files, check


def measure(train: Path | None, test: Path | None) -> dict[str, object]:
    """train: the log drawn uniformly; test: the Thompson log; each a file, or a folder of campaigns. Values are clicks per impression."""
    uniform, thompson = _sides(train, test)
    pairs = {name: (path, thompson[name]) for name, path in uniform.items() if name in thompson}
    if not pairs:
        raise click.UsageError(
            f"bench open-bandit: no campaign is in both logs; one has {', '.join(uniform)}, the other {', '.join(thompson)}"
        )
    found = {name: check(*paths) for name, paths in pairs.items()}
    return {
        "policy": "bts",
        "unit": "clicks per impression",
        "estimators": _together([one.replayed.estimators for one in found.values()], [one.replayed.rows for one in found.values()]),
        "really": _mean([one.really for one in found.values()], [one.replayed.rows for one in found.values()]).to_json(),
        "campaigns": {name: _figures(one) for name, one in found.items()},
    }


def _sides(train: Path | None, test: Path | None) -> tuple[dict[str, Path], dict[str, Path]]:
    """Both logs: each from its option, from the folder that holds both, or from the shared data."""
    given = train or test or shared("open-bandit")
    sides = [_inside(train or given, "random"), _inside(test or given, "bts")]
    if sides[0] == sides[1]:
        raise click.UsageError("bench open-bandit needs --train with the log drawn uniformly and --test with the Thompson log")
    if all(side.is_file() for side in sides):
        return {"campaign": sides[0]}, {"campaign": sides[1]}
    return campaign_files(sides[0]), campaign_files(sides[1])


def _inside(folder: Path, policy: str) -> Path:
    return folder / policy if (folder / policy).is_dir() else folder


def _figures(one: Checked) -> dict[str, object]:
    """What was estimated, what it really got, and how many standard errors lie between them."""
    away = {
        name: (estimate.value - one.really.value) / float(np.hypot(estimate.standard_error, one.really.standard_error))
        for name, estimate in one.replayed.estimators.items()
    }
    return one.replayed.to_json() | {"really": one.really.to_json(), "standard_errors_away": away}


def _together(campaigns: Sequence[object], rows: Sequence[int]) -> dict[str, dict[str, float]]:
    """By estimator, over all campaigns by their rows."""
    listed = [dict(one) for one in campaigns]  # type: ignore[call-overload]
    return {name: _mean([one[name] for one in listed], rows).to_json() for name in listed[0]}


def _mean(estimates: Sequence[Estimate], rows: Sequence[int]) -> Estimate:
    """Independent estimates, weighed by rows."""
    share = np.array(rows) / sum(rows)
    value = float(share @ np.array([estimate.value for estimate in estimates]))
    error = float(np.sqrt((share**2) @ np.array([estimate.standard_error**2 for estimate in estimates])))
    low, high = (float(share @ np.array([getattr(e, end) - e.value for e in estimates])) for end in ("low", "high"))
    narrower = error / float(share @ np.array([estimate.standard_error for estimate in estimates]))
    return Estimate(value, error, value + low * narrower, value + high * narrower)
