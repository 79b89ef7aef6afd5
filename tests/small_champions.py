"""A registry with two small models: version 1 was champion, version 2 is."""

from datetime import UTC, datetime

from small_model import fitted, rows

from features.home import Home
from training.registry import CHALLENGER, Registry
from training.registry_champions import Signature, crown

AT = datetime(2026, 5, 1, tzinfo=UTC)


def log(registry: Registry, seed: int) -> str:
    """A new challenger's version."""
    table = rows(200)
    version = registry.log(fitted(table, (table["spend_30d"].to_numpy() > 700).astype(float), seed), {}, {}, [])
    registry.set_alias(CHALLENGER, version)
    return version


def crown_two(home: Home) -> Registry:
    registry = Registry(home)
    for seed, by in ((1, "mei"), (2, "li")):
        crown(registry, log(registry, seed), Signature(AT, by, f"reason {seed}"), "tested")
    return registry
