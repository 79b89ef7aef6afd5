"""playcall export: what was decided and what became of it, for other people's tools."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click

from features.clock import ClockKind, open_clock
from features.events.lake import Lake
from features.home import Home
from serving.bootstrap import open_records
from serving.chosen import chosen_book
from serving.cli.exports.bandit import bandit
from serving.cli.exports.decision_analyzer import decision_analyzer
from serving.cli.exports.interaction_history import interaction_history
from serving.cli.exports.person import home_of, write_person
from serving.cli.exports.source import Export, Source
from serving.cli.exports.training_set import training_set
from serving.cli.exports.writing import ending_of, write
from serving.records.keys import DEFAULT_TENANT
from serving.records.outbox import waiting_lines
from serving.settings import read_settings

FORMATS: dict[str, Callable[[Source], Export]] = {
    "decision-analyzer": decision_analyzer,
    "interaction-history": interaction_history,
    "bandit": bandit,
    "training-set": training_set,
}


@click.command("export")
@click.option("--format", "form", default=None, type=click.Choice(list(FORMATS)), help="What to write.")
@click.option("--customer", default=None, help="Instead of --format: everything that is kept of this person, as JSON.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file: .parquet, .csv or .csv.gz.")
@click.option("--playbook", type=click.Path(path_type=Path), default=None, help="Folder of the playbook; default: the published version.")
@click.option(
    "--clock",
    type=click.Choice([ClockKind.NOW.value, ClockKind.DATA.value]),
    default=ClockKind.NOW.value,
    show_default=True,
    help="As of when; 'data' is the newest event.",
)
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose decisions.")
@click.pass_obj
def export_command(home: Home, form: str | None, customer: str | None, out: Path, playbook: Path | None, clock: str, tenant: str) -> None:
    """Write what was decided and what became of it as one table; or all that is kept of one person.

    Example: playcall export --format bandit --out bandit.parquet
    """
    if (form is None) == (customer is None):
        raise click.UsageError("give one of --format and --customer")
    if form is not None:
        ending_of(out)
    settings = read_settings()
    own = home_of(home, tenant)
    store = open_records(settings)
    try:
        if customer is not None:
            click.echo(f"{out}: {write_person(out, own, store, tenant, customer):,} rows of {customer}")
        else:
            _write_table(Source(own, store, chosen_book(settings, playbook, tenant), tenant, _as_of(own, clock)), form, out)
    finally:
        store.close()


def _as_of(home: Home, clock: str) -> datetime:
    newest = Lake(home).newest_event()
    now = open_clock(ClockKind(clock), lambda: newest).now()
    # Events that lie ahead of the machine's clock are there to be exported, too.
    return now if newest is None else max(now, newest + timedelta(seconds=1))


def _write_table(source: Source, form: str | None, out: Path) -> None:
    rows = write(out, FORMATS[form or ""](source))
    click.echo(f"{out}: {rows:,} rows as of {source.at:%Y-%m-%d %H:%M:%S} UTC")
    waiting = waiting_lines(source.store)
    if waiting:
        click.echo(f"{waiting:,} newer records are not in the lake yet; a running `playcall serve` brings them there.", err=True)
