"""The bank's real phone campaign, in time order: the older slice trains, the newer tests, peers beside us on the same features."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from features.adapters.registry import ADAPTERS
from features.clock import WallClock
from features.events.ingest import ingest_tables
from features.events.lake import Lake
from features.home import Home
from serving.cli.benches.files import in_time_order
from training.evaluate import beside_peers
from training.training_set import training_set


def measure(train: Path | None, test: Path | None) -> dict[str, object]:
    """Two slices of the bank's file, in time order, through adapter, lake and views. Figures as `beside_peers` gives them."""
    adapter = ADAPTERS["bank-marketing"]
    with tempfile.TemporaryDirectory() as folder:
        first, second = in_time_order("bank-marketing", train, test, Path(folder))
        older = adapter.adapt(first, 1)
        newer = adapter.adapt(second, older["customers"].num_rows + 1)
        lake = Lake(Home(Path(folder) / "home"))
        for label, tables in (("train", older), ("test", newer)):
            ingest_tables(lake, tables, now=WallClock().now(), label=label)
        rows = training_set(lake, {"term_deposit": timedelta(days=1)}, _end(lake))
        share = older["proposals"].num_rows / len(rows.label)
        return {**beside_peers(rows, share), "train_rows": older["proposals"].num_rows, "test_rows": newer["proposals"].num_rows}


def _end(lake: Lake) -> datetime:
    return (lake.newest_event() or WallClock().now()) + timedelta(days=30)
