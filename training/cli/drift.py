"""playcall drift"""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from features.home import Home
from playbooks.cli.chosen import chosen
from training.cli.train import clock_option, json_option, moment, playbook_option
from training.evaluation.groups import Answered
from training.watching.last import keep
from training.watching.limits import DriftLimits
from training.watching.page import page
from training.watching.report import DriftReport, drift

SHOWN = 10


@click.command("drift")
@click.option(
    "--days", type=click.IntRange(1, 36_500), default=None, help="Only proposals of the last so many days; default: all since the training."
)
@click.option("--max-psi", type=float, default=0.25, show_default=True, help="Drift of a feature against training.")
@click.option("--max-score-psi", type=float, default=0.25, show_default=True, help="Drift of the champion's scores against training.")
@click.option("--max-calibration-error", type=float, default=0.1, show_default=True, help="Of a model with at least 200 answers.")
@click.option("--min-auc", type=float, default=0.55, show_default=True, help="Of a model with at least 200 answers.")
@click.option(
    "--html", "html", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the report with its pictures to this file."
)
@playbook_option
@clock_option
@json_option
@click.pass_context
def drift_command(
    context: click.Context,
    days: int | None,
    max_psi: float,
    max_score_psi: float,
    max_calibration_error: float,
    min_auc: float,
    html: Path | None,
    playbook: Path | None,
    clock: str,
    *,
    as_json: bool,
) -> None:
    """Is the champion still right? Holds what was proposed since its training against it; exit 1 past a limit.

    Example: playcall drift --clock data --html drift.html
    """
    home: Home = context.obj
    limits = DriftLimits(max_psi, max_score_psi, max_calibration_error, min_auc)
    last = None if days is None else timedelta(days=days)
    with Console(stderr=True).status("Reading what was learned from and what was proposed since"):
        report = drift(home, chosen(playbook), moment(home, clock), limits, last)
    keep(home, report.to_json())
    if html is not None:
        html.write_text(page(report), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        _tell(report, html)
    if report.complaints:
        context.exit(1)


def _tell(report: DriftReport, html: Path | None) -> None:
    console = Console()
    click.echo(
        f"Version {report.champion} learned from {report.learned:,} proposals known at {report.trained_at:%Y-%m-%d %H:%MZ}; "
        f"{report.since:,} since, {report.answers:,} with a ripe answer. Scores: PSI {report.scores.psi:.3f}. "
        f"Rate of yes: {report.level_served:.3f} where the training ended, {report.level_now:.3f} now."
    )
    console.print(_features(report))
    console.print(_groups(report.groups) if report.groups else "Too few answers for figures per model, action, kind or channel.")
    for pair in report.shadows:
        click.echo(pair.in_words)
        if pair.shadow and pair.served:
            console.print(_groups([pair.shadow, pair.served]))
    for complaint in report.complaints[:SHOWN]:
        click.echo(f"past a limit: {complaint}")
    if len(report.complaints) > SHOWN:
        click.echo(f"past a limit: and {len(report.complaints) - SHOWN} more, see --json or --html")
    click.echo("Next: playcall train" if report.complaints else "No limit is passed." + (f" Open {html}" if html else ""))


def _features(report: DriftReport) -> Table:
    table = Table(
        "feature",
        "PSI",
        "missing then",
        "now",
        "moves",
        "",
        title=f"the {SHOWN} features that drifted most, and by how much they move the log-odds",
    )
    for one in report.features[:SHOWN]:
        note = f"always {one.silent}" if one.silent else "dated already" if one.dated else ""
        table.add_row(
            one.feature,
            f"{one.psi:.3f}",
            f"{one.missing_before:.2f}",
            f"{one.missing_now:.2f}",
            f"{report.strength.get(one.feature, 0.0):.3f}",
            note,
        )
    return table


def _groups(groups: Sequence[Answered]) -> Table:
    table = Table("by", "", *(Column(name, justify="right") for name in ("answers", "seen", "said", "auc", "log loss", "cal. error")))
    for one in groups:
        figures = (one.seen, one.said, one.auc, one.log_loss, one.calibration_error)
        table.add_row(one.by, one.name, f"{one.answers:,}", *(f"{figure:.3f}" for figure in figures))
    return table
