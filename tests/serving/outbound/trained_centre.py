"""A small simulated centre whose model has learned from its tables."""

from datetime import UTC, datetime
from pathlib import Path

from features.build import build, materialize
from features.clock import ClockKind, WallClock, open_clock
from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.simulator.world import simulate
from playbooks.load import default_book, load_playbook
from training.registry import Registry
from training.registry_champions import Signature, crown
from training.train import train


def furnish(root: Path, customers: int = 150) -> Home:
    """The challenger is crowned without an examination: with so few customers it would learn too little to pass one."""
    home = Home(root)
    simulate(home.root / "world", customers, 6, 7)
    for table in TABLES:
        ingest_files(Lake(home), table, [home.root / "world" / f"{table}.parquet"], now=WallClock().now())
    at = open_clock(ClockKind.DATA, Lake(home).newest_event).now()
    build(home, at)
    version = train(home, load_playbook(default_book()), at, 1).version
    crown(Registry(home), version, Signature(datetime(2026, 5, 1, tzinfo=UTC), "mei", "a test"), "tested")
    materialize(home, at)
    return home
