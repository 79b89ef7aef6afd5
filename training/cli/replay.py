"""playcall replay"""

import json
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from features.home import Home
from playbooks.cli.chosen import chosen
from training.cli.train import json_option, playbook_option
from training.errors import LogError
from training.replay.log import BanditLog
from training.replay.policies import from_file, most_popular, uniform
from training.replay.read_log import read_log
from training.replay.registered import is_registered, registered
from training.replay.replay import Replayed, replay


@click.command("replay")
@click.option(
    "--policy", required=True, help="uniform, most-popular, champion, challenger, a version's number, or a file of target probabilities."
)
@click.option(
    "--log", "path", required=True, type=click.Path(path_type=Path, exists=True), help="A log by `playcall export --format bandit`."
)
@click.option(
    "--allow-zero-support", default=0.0, show_default=True, type=click.FloatRange(0, 1), help="Share of proposals the log never makes."
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Of the folds of the reward model.")
@playbook_option
@json_option
@click.pass_obj
def replay_command(
    home: Home, policy: str, path: Path, allow_zero_support: float, seed: int, playbook: Path | None, *, as_json: bool
) -> None:
    """Estimate from a log what another policy would have brought, or say that the log cannot tell.

    Example: playcall replay --policy challenger --log bandit.parquet
    """
    log, target, doubts = _candidate(read_log(path), policy, home, playbook)
    replayed = replay(log, target, allow_zero_support, seed, doubts)
    if as_json:
        click.echo(json.dumps({"policy": policy, "log": str(path)} | replayed.to_json()))
        return
    _show(policy, replayed)


def _candidate(log: BanditLog, policy: str, home: Home, playbook: Path | None) -> tuple[BanditLog, NDArray[np.float64], list[str]]:
    """The log, the candidate's probabilities, and what to doubt of it."""
    if policy == "uniform":
        return log, uniform(log), []
    if policy == "most-popular":
        return log, most_popular(log), []
    if is_registered(policy):
        return log, *registered(log, home, chosen(playbook), policy)
    if not Path(policy).is_file():
        raise LogError(
            f"--policy {policy}: is neither uniform, most-popular, champion, challenger nor a version's number, and no such file; name one of these."
        )
    return *from_file(log, Path(policy)), []


def _show(policy: str, replayed: Replayed) -> None:
    table = Table("", "value per proposal", "95 % from", "to")
    for name, estimate in {"the log itself": replayed.logged, **replayed.estimators}.items():
        table.add_row(name, *(f"{figure:.5f}" for figure in (estimate.value, estimate.low, estimate.high)))
    Console().print(table)
    overlap = replayed.overlap
    click.echo(
        f"{policy}: {overlap.rows:,} rows tell as much as {overlap.effective_rows:,.0f} of its own; zero support {overlap.zero_support:.2%}"
    )
    for warning in replayed.warnings:
        click.echo(f"doubt: {warning}", err=True)
    click.echo("An interval that holds the log's own value says: no difference shown. Next: playcall promote")
