"""The bank's real phone campaign, in time order: the older slice trains, the newer tests, peers beside us on the same features."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from features.adapters.registry import ADAPTERS
from features.clock import WallClock
from features.events.ingest import ingest_tables
from features.events.lake import Lake
from features.home import Home
from serving.cli.benches.files import in_time_order, joined
from training.evaluate import beside_peers
from training.training_set import training_set


def measure(train: Path | None, test: Path | None) -> dict[str, object]:
    """Two slices of the bank's file, in time order, through adapter, lake and views. Figures as `beside_peers` gives them."""
    with tempfile.TemporaryDirectory() as folder:
        older, newer = in_time_order("bank-marketing", train, test, Path(folder))
        whole, count = joined(older, newer, Path(folder))
        tables = ADAPTERS["bank-marketing"].adapt(whole, 1)
        lake = Lake(Home(Path(folder) / "home"))
        ingest_tables(lake, tables, now=WallClock().now(), label="bank-marketing")
        rows = training_set(lake, {"term_deposit": timedelta(days=1)}, _end(lake))
        return {**beside_peers(rows, (count + 0.5) / len(rows.label)), "train_rows": count, "test_rows": len(rows.label) - count}


def _end(lake: Lake) -> datetime:
    return (lake.newest_event() or WallClock().now()) + timedelta(days=30)
