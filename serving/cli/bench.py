"""playcall bench: figures on real data, with peers in the same run."""

import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import click

from features.adapters.registry import ADAPTERS
from features.clock import WallClock
from features.events.ingest import ingest_tables
from features.events.lake import Lake
from features.home import Home
from training.evaluate import beside_peers
from training.training_set import training_set

NAMES = ("bank-marketing",)


def bank_marketing(train: Path, test: Path) -> dict[str, object]:
    """Two slices of the bank's file, in time order, through adapter, lake and views: the first trains, the second tests."""
    adapter = ADAPTERS["bank-marketing"]
    older = adapter.adapt(train, 1)
    newer = adapter.adapt(test, older["customers"].num_rows + 1)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Home(Path(folder)))
        for label, tables in (("train", older), ("test", newer)):
            ingest_tables(lake, tables, now=WallClock().now(), label=label)
        rows = training_set(lake, {"term_deposit": timedelta(days=1)}, _end(lake))
        share = older["proposals"].num_rows / len(rows.label)
        return {"models": beside_peers(rows, share), "train_rows": older["proposals"].num_rows, "test_rows": newer["proposals"].num_rows}


def _end(lake: Lake) -> datetime:
    return (lake.newest_event() or WallClock().now()) + timedelta(days=30)


@click.command("bench")
@click.argument("name", type=click.Choice(["list", *NAMES]))
@click.option("--train", type=click.Path(path_type=Path, exists=True), default=None, help="The older slice.")
@click.option("--test", type=click.Path(path_type=Path, exists=True), default=None, help="The newer slice.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def bench_command(name: str, train: Path | None, test: Path | None, *, as_json: bool) -> None:
    """Measure, beside peers in the same run.

    Example: playcall bench bank-marketing --train first.csv.gz --test later.csv.gz --json
    """
    if name == "list":
        click.echo("\n".join(NAMES))
        return
    if train is None or test is None:
        raise click.UsageError(f"bench {name} needs --train FILE and --test FILE, two slices of the file in time order")
    figures = bank_marketing(train, test)
    click.echo(json.dumps(figures) if as_json else json.dumps(figures, indent=1))
