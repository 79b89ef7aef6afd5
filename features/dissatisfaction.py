"""The weights of the dissatisfaction score: read from the home, or the stated ones until some were learned."""

import json
from dataclasses import asdict
from pathlib import Path

from features.home import Home
from features.views.dissatisfaction import STATED, Weight, Weights


def weights_file(home: Home) -> Path:
    return home.views / "dissatisfaction.json"


def read_weights(home: Home) -> Weights:
    """The home's learned weights, or STATED when nothing was learned yet."""
    try:
        kept = json.loads(weights_file(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return STATED
    return Weights(kept["source"], kept["intercept"], tuple(Weight(**term) for term in kept["terms"]))


def write_weights(home: Home, weights: Weights) -> None:
    file = weights_file(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(weights), indent=2), encoding="utf-8")
    fresh.replace(file)
