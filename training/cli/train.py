"""playcall train"""

import importlib
import importlib.util
import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from features.clock import ClockKind, open_clock
from features.events.lake import Lake
from features.home import Home
from playbooks.cli.chosen import chosen
from training.engine import HERE, ROWS_HERE, Engine
from training.forward import Search
from training.train import stale, train

clock_option = click.option(
    "--clock",
    type=click.Choice([ClockKind.NOW.value, ClockKind.DATA.value, ClockKind.REQUEST.value]),
    default="now",
    help="What 'now' means.",
)
playbook_option = click.option(
    "--playbook", type=click.Path(path_type=Path), default=None, help="Folder of the playbook; default: the published version."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")


def moment(home: Home, clock: str) -> datetime:
    """Now, by this clock."""
    return open_clock(ClockKind(clock), Lake(home).newest_event).now()


@click.command("train")
@playbook_option
@clock_option
@click.option("--seed", default=1, show_default=True, help="The same tables and seed give the same model.")
@click.option("--if-stale", is_flag=True, help="Do nothing when the challenger has learned from all this already.")
@click.option(
    "--tune", type=click.IntRange(2), default=None, help="Search so many settings of LightGBM on the forward folds; default: ours."
)
@click.option(
    "--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Grow the trees here, or on a Ray cluster."
)
@click.option("--ray-address", default=None, help="The cluster, like host:6399 or auto; without it one is started here for this training.")
@click.option(
    "--rows-here",
    type=click.IntRange(1),
    default=ROWS_HERE,
    show_default=True,
    help="With --engine ray: of more proposals than these a sample decides here, and every processor reads its own share of all.",
)
@click.option("--weighed", is_flag=True, help="Count what was seldom shown more: rows weighed by the logged probability.")
@json_option
@click.pass_obj
def train_command(
    home: Home,
    playbook: Path | None,
    clock: str,
    seed: int,
    tune: int | None,
    engine: str,
    ray_address: str | None,
    rows_here: int,
    *,
    if_stale: bool,
    weighed: bool,
    as_json: bool,
) -> None:
    """Train a challenger on the tables and register it.

    Example: playcall train --clock data --tune 20
    """
    book, at = chosen(playbook), moment(home, clock)
    if if_stale and not stale(home, book, at, seed):
        click.echo(json.dumps({"trained": False}) if as_json else "Nothing new since the challenger was trained: it stays.")
        return
    with _engine(engine, ray_address, rows_here) as chosen_engine:
        report = train(home, book, at, seed, search=_search(tune, quiet=as_json), engine=chosen_engine, weighed=weighed)
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    figures = ", ".join(f"{name} {value:.4f}" for name, value in report.metrics.items())
    click.echo(
        f"version {report.version} learned from {report.labels:,} labelled proposals in {report.rounds} rounds; newest tenth: {figures}"
    )
    for action_id, said in report.incremental.items():
        click.echo(f"{action_id}: {said}")
    click.echo("It is the challenger now. Next: playcall promote")


def _engine(engine: str, ray_address: str | None, rows_here: int) -> AbstractContextManager[Engine]:
    if engine == "local":
        return nullcontext(HERE)
    if importlib.util.find_spec("ray") is None:
        raise click.UsageError("--engine ray needs Ray; install it with `pip install playcall[ray]`.")
    cluster: AbstractContextManager[Engine] = importlib.import_module("training.engine_ray").on_ray(ray_address, rows_here)
    return cluster


def _search(tune: int | None, *, quiet: bool) -> Search | None:
    """Optuna's, loaded when it is asked for: nothing else needs it."""
    if tune is None:
        return None
    if importlib.util.find_spec("optuna") is None:
        raise click.UsageError("--tune needs Optuna; install it with `pip install playcall[tune]`.")

    def tell(done: int, best: float) -> None:
        if not quiet:
            click.echo(f"{done}/{tune} tried, best log loss {best:.4f}", err=True)

    search: Search = importlib.import_module("training.tuning").search_of(tune, tell)
    return search
