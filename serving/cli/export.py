"""playcall export: what was decided and what became of it, for other people's tools."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click

from features.clock import ClockKind, open_clock
from features.events.lake import Lake
from features.home import Home
from playbooks.load import default_book, load_playbook
from serving.bootstrap import open_records
from serving.cli.exports.bandit import bandit
from serving.cli.exports.decision_analyzer import decision_analyzer
from serving.cli.exports.interaction_history import interaction_history
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
@click.option("--format", "form", required=True, type=click.Choice(list(FORMATS)), help="What to write.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file: .parquet, .csv or .csv.gz.")
@click.option("--playbook", type=click.Path(path_type=Path), default=None, help="Folder of the playbook; default: the card book.")
@click.option(
    "--clock",
    type=click.Choice([ClockKind.NOW.value, ClockKind.DATA.value]),
    default=ClockKind.NOW.value,
    show_default=True,
    help="As of when; 'data' is the newest event.",
)
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose decisions.")
@click.pass_obj
def export_command(home: Home, form: str, out: Path, playbook: Path | None, clock: str, tenant: str) -> None:
    """Write what was decided and what became of it as one table.

    Example: playcall export --format bandit --out bandit.parquet
    """
    ending_of(out)
    settings = read_settings()
    store = open_records(settings)
    try:
        newest = Lake(home).newest_event()
        now = open_clock(ClockKind(clock), lambda: newest).now()
        # Events that lie ahead of the machine's clock are there to be exported, too.
        at = now if newest is None else max(now, newest + timedelta(seconds=1))
        book = load_playbook(playbook or settings.playbook or default_book())
        rows = write(out, FORMATS[form](Source(home, store, book, tenant, at)))
        waiting = waiting_lines(store)
    finally:
        store.close()
    click.echo(f"{out}: {rows:,} rows as of {at:%Y-%m-%d %H:%M:%S} UTC")
    if waiting:
        click.echo(f"{waiting:,} newer records are not in the lake yet; a running `playcall serve` brings them there.", err=True)
