"""playcall playbook simulate: what a draft would have said, before anything is published."""

import json
import sys
from pathlib import Path

import click

from playbooks.cli.desk import Desk
from playbooks.cli.options import playbook_option
from playbooks.schema.playbook import Playbook
from serving.bootstrap import open_records
from serving.cli.playbook_parts import simulate_log
from serving.errors import NothingLogged
from serving.records.keys import DEFAULT_TENANT
from serving.records.moments import logged_count
from serving.settings import read_settings
from serving.simulation.report import as_body, as_text
from serving.simulation.run import Simulation


@click.command(
    "simulate",
    short_help="Run a draft against logged moments.",
    epilog="Example: playcall playbook simulate my-book --last 10000",
)
@click.argument("draft")
@click.option("--last", default=10_000, show_default=True, type=click.IntRange(1), help="How many of the newest logged moments.")
@click.option("--against", default="live", show_default=True, help="The other side: a folder, a draft, a version or live.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@playbook_option
@click.pass_obj
def simulate_command(desk: Desk, draft: str, last: int, against: str, folder: Path | None, *, as_json: bool) -> None:
    """Decide the newest logged moments again, with DRAFT (a folder, a draft or a version) and with the book that rules, side by side.

    It says who would see what, what each policy keeps back, volume and value won and lost per action, and who gets nothing. Nothing is written.
    """
    found = _run(desk.book(against, folder), desk.book(draft, folder), last, progress=sys.stderr.isatty() and not as_json)
    click.echo(json.dumps(as_body(found), ensure_ascii=False, indent=1) if as_json else as_text(found))


def _run(live: Playbook, draft: Playbook, last: int, *, progress: bool) -> Simulation:
    settings = read_settings()
    store = open_records(settings)
    there = min(last, logged_count(store, DEFAULT_TENANT))
    store.close()
    if not there:
        raise NothingLogged("no decision is logged yet; serve some first, then run a draft against them")
    with click.progressbar(length=there, label="moments", file=sys.stderr, hidden=not progress, update_min_steps=100) as bar:
        return simulate_log(settings, live, draft, there, bar.update)
