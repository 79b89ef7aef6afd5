"""The weights of the dissatisfaction score: read from the home, or the stated ones until some were learned."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from features.home import Home
from features.views.dissatisfaction import STATED, Weight, Weights


def weights_file(home: Home) -> Path:
    return home.views / "dissatisfaction.json"


def read_weights(home: Home) -> tuple[Weights, ...]:
    """The home's weights, each since its time, oldest first. STATED stands for the time before any were learned."""
    try:
        kept = json.loads(weights_file(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return (STATED,)
    return (STATED, *(_read(one) for one in kept))


def write_weights(home: Home, learned: Sequence[Weights]) -> None:
    """Replace what was learned before."""
    file = weights_file(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps([asdict(weights) for weights in learned], indent=2, default=datetime.isoformat), encoding="utf-8")
    fresh.replace(file)


def _read(kept: dict[str, object]) -> Weights:
    terms = kept["terms"]
    if not isinstance(terms, list):
        raise TypeError("weights have a list of terms")
    since = datetime.fromisoformat(str(kept["since"]))
    return Weights(str(kept["source"]), float(str(kept["intercept"])), tuple(Weight(**term) for term in terms), since)
