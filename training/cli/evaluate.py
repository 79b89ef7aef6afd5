"""playcall evaluate"""

import json
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from features.events.lake import Lake
from features.home import Home
from playbooks.cli.chosen import chosen
from training.card.kept import card_of_version
from training.cli.train import clock_option, json_option, moment, playbook_option
from training.evaluate import evaluate
from training.registry import Registry
from training.train import windows_of


@click.command("evaluate")
@click.option(
    "--card",
    is_flag=False,
    flag_value="champion",
    default=None,
    help="Print the card of this alias or version instead; default: the champion's.",
)
@playbook_option
@clock_option
@json_option
@click.pass_obj
def evaluate_command(home: Home, card: str | None, playbook: Path | None, clock: str, *, as_json: bool) -> None:
    """Judge our way of training beside its peers: the first nine tenths of the time train, the newest tenth tests. Or print a model's card.

    Example: playcall evaluate --clock data; playcall evaluate --card challenger
    """
    if card is not None:
        version, text = card_of_version(Registry(home), card)
        click.echo(
            json.dumps({"version": version, "card": text}, ensure_ascii=False) if as_json else f"Version {version}\n\n{text}", nl=as_json
        )
        return
    windows = windows_of(chosen(playbook))
    figures = evaluate(Lake(home), windows, moment(home, clock))
    if as_json:
        click.echo(json.dumps(figures))
        return
    for title, models in figures.items():
        Console().print(_table(title, models))
    click.echo("Higher auc and pr_auc are better, the others lower. What the tables hold: docs/training.md. Next: playcall train")


def _table(title: str, models: Mapping[str, Mapping[str, float]]) -> Table:
    measures = list(next(iter(models.values())))
    table = Table("model", *measures, title=title.replace("_", " "))
    for model, values in models.items():
        table.add_row(model, *(f"{values[measure]:.4f}" for measure in measures))
    return table
