"""playcall playbook diff: what changed, in words."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from playbooks.cli.desk import Desk
from playbooks.cli.options import playbook_option
from playbooks.diff.compare import compare


@click.command("diff", short_help="Say in words what changed.", epilog="Example: playcall playbook diff published-book my-book")
@click.argument("older")
@click.argument("newer")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@playbook_option
@click.pass_obj
def diff_command(desk: Desk, older: str, newer: str, folder: Path | None, *, as_json: bool) -> None:
    """Compare two books, each a folder, a draft (d3), a version (3) or live: a sentence for each difference."""
    changes = compare(desk.book(older, folder), desk.book(newer, folder))
    if as_json:
        click.echo(json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=1))
        return
    for change in changes:
        click.echo(change.text)
    click.echo("no difference" if not changes else f"{len(changes)} difference{'s' if len(changes) > 1 else ''}")
