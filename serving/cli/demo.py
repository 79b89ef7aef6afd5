"""playcall demo: the other verbs, one after the other."""

import json
from pathlib import Path

import click

from features.build import build, materialize
from features.clock import ClockKind, WallClock, open_clock
from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.simulator.world import simulate
from serving.bootstrap import open_records
from serving.chosen import chosen_book
from serving.cli.serve import run
from serving.records.keys import ensure_keys
from serving.settings import read_settings
from training.errors import NotPromoted
from training.promote import promote
from training.registry import CHAMPION, Registry
from training.train import train


@click.command("demo")
@click.option("--customers", default=2000, show_default=True, type=click.IntRange(100))
@click.option("--months", default=8, show_default=True, type=click.IntRange(3, 60))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--serve/--no-serve", default=True, help="Serve at the end, or stop when all is ready.")
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--playbook", type=click.Path(path_type=Path), default=None, help="Folder of the playbook; default: the published version.")
@click.pass_obj
def demo_command(home: Home, customers: int, months: int, seed: int, *, serve: bool, port: int, playbook: Path | None) -> None:
    """A simulated card centre from the first event to a served decision; a second run reuses what is there.

    Example: playcall demo --customers 2000 --months 8 --no-serve
    """
    if Registry(home, read_settings().mlflow_uri).alias_version(CHAMPION) is None:
        _prepare(home, customers, months, seed, playbook)
    else:
        click.echo(f"{home.root} has a champion already: reused. Remove the folder to start anew.")
    store = open_records(read_settings())
    keys = ensure_keys(store, home, WallClock().now())
    store.close()
    _say(home, keys["agent"], port)
    if serve:
        run("127.0.0.1", port, 1, playbook, ClockKind.DATA.value)


def _prepare(home: Home, customers: int, months: int, seed: int, playbook: Path | None) -> None:
    book = chosen_book(read_settings(), playbook)
    lake = Lake(home)
    world = home.root / "world"
    click.echo(f"1/6 simulate {customers:,} customers x {months} months")
    simulate(world, customers, months, seed)
    click.echo("2/6 ingest")
    for table in TABLES:
        ingest_files(lake, table, [world / f"{table}.parquet"], now=WallClock().now())
    at = open_clock(ClockKind.DATA, lake.newest_event).now()
    click.echo(f"3/6 build features as known at {at:%Y-%m-%d %H:%M}")
    build(home, at)
    click.echo("4/6 train")
    report = train(home, book, at, seed)
    click.echo(
        f"    {report.labels:,} labelled proposals; newest tenth: auc {report.metrics['auc']:.3f}, log loss {report.metrics['log_loss']:.3f}"
    )
    click.echo("5/6 promote")
    try:
        promote(home, book, at)
    except NotPromoted as kept:
        click.echo(f"    {kept} Decisions use the playbook's starting propensities until a model passes.")
    click.echo("6/6 materialize")
    materialize(home, at)


def _say(home: Home, key: str, port: int) -> None:
    body = {
        "interaction_id": "i-1",
        "customer_id": "c000001",
        "channel": "voice",
        "scene": {"contact_reason": "bill_query", "resolved": True},
    }
    address = f"http://127.0.0.1:{port}"
    click.echo(f"\nAsk for advice:\n  curl -s {address}/v1/decisions -H 'Authorization: Bearer {key}' \\")
    click.echo(f"    -H 'Content-Type: application/json' -d '{json.dumps(body)}'")
    click.echo(f"API docs:  {address}/docs")
    click.echo(f"MLflow UI: mlflow ui --backend-store-uri sqlite:///{home.mlflow_database}")
    click.echo(f"Keys of all roles: {home.keys}")
