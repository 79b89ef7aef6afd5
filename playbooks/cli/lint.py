"""playcall playbook lint: may this be published?"""

import sys
from pathlib import Path

import click

from playbooks.cli.desk import Desk
from playbooks.lint.finding import Finding, Severity
from playbooks.lint.formats import as_json, as_sarif, as_text
from playbooks.lint.run import has_errors, lint_folder
from playbooks.load import default_book

FORMATS = {"text": as_text, "json": as_json, "sarif": as_sarif}
SEVERITIES = list(Severity)


@click.command(
    "lint",
    short_help="Check playbooks before they are published.",
    epilog="Example: playcall playbook lint my-book --format sarif > findings.sarif",
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--json", "as_json_too", is_flag=True, help="The same as --format json.")
@click.option(
    "--level",
    type=click.Choice([one.value for one in SEVERITIES]),
    default="note",
    show_default=True,
    help="The least severe finding shown.",
)
@click.pass_obj
def lint_command(desk: Desk, folders: tuple[Path, ...], form: str, level: str, *, as_json_too: bool) -> None:
    """Every finding as file:line, severity, rule, what is wrong and the mend.

    Without FOLDERS the card book of the library is checked.
    Exit code 0: may be published. 1: has errors. 2: wrong use, or a folder that is no playbook.
    """
    chosen = folders or (default_book(),)
    for folder in chosen:
        if not folder.is_dir():
            raise click.UsageError(f"{folder} is no folder; name the folder that holds playbook.yaml")
    known, at = desk.known_fields(), desk.now()
    found = [finding for folder in chosen for finding in lint_folder(folder, known, at)]
    shown = [one for one in found if _at_least(one, level)]
    click.echo(FORMATS["json" if as_json_too else form](shown))
    if has_errors(found):
        sys.exit(1)


def _at_least(one: Finding, level: str) -> bool:
    return SEVERITIES.index(one.severity) <= SEVERITIES.index(Severity(level))
