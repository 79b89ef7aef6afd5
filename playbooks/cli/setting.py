"""playcall playbook set: one value of a book, and nothing else."""

import json
from pathlib import Path

import click

from playbooks.cli.desk import DRAFT, Desk
from playbooks.cli.options import playbook_option
from playbooks.errors import PlaybookInvalid, StepNotAllowed
from playbooks.load import load_contents
from playbooks.reading.files import belongs, read_contents, shown
from playbooks.versions.drafting import Hand, set_value
from playbooks.writing.one_value import with_value
from playbooks.writing.wording import Value


@click.command(
    "set",
    short_help="Change one value; comments, order and quotes stay.",
    epilog="Example: playcall playbook set my-book weights.yaml levers.0.percent 25",
)
@click.argument("what")
@click.argument("file")
@click.argument("path")
@click.argument("value", required=False)
@click.option("--remove", is_flag=True, help="Take the value out instead.")
@click.option("--by", default=None, help="Who writes into a draft.")
@playbook_option
@click.pass_obj
def set_command(
    desk: Desk, what: str, file: str, path: str, value: str | None, by: str | None, folder: Path | None, *, remove: bool
) -> None:
    """Set PATH in FILE of WHAT, a folder or a draft (d3, with --by), to VALUE: a number, true, false, a list or table as JSON, else a text.

    PATH is keys, and numbers or ids of list items, joined by dots. A folder that could be read can still be read afterwards.
    """
    if remove == (value is not None):
        raise click.UsageError("give a VALUE, or --remove")
    new = None if value is None else _typed(value)
    if DRAFT.fullmatch(what) and not Path(what).is_dir():
        _in_draft(desk, what, (file, path), new, by, folder)
    else:
        _in_folder(Path(what), file, path, new)


def _typed(text: str) -> Value:
    try:
        value: Value | None = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if value is None else value


def _in_draft(desk: Desk, draft_id: str, place: tuple[str, str], new: Value | None, by: str | None, folder: Path | None) -> None:
    if not by:
        raise click.UsageError("a draft is written by somebody; give --by NAME")
    shelf = desk.shelf(folder)
    with shelf.open() as opened:
        seen = opened.draft(draft_id).revision
    draft = set_value(shelf, draft_id, *place, new, Hand(by, desk.now()), seen).draft
    click.echo(f"{draft_id} is {draft.state}, revision {draft.revision}. Next: playcall playbook diff live {draft_id}")


def _in_folder(folder: Path, file: str, path: str, new: Value | None) -> None:
    before = read_contents(folder)
    if not belongs(file) or file not in before:
        raise StepNotAllowed(f"{shown(folder)} holds no {file!r}; there are {', '.join(sorted(before)[:20])}")
    after = {**before, file: with_value(file, before[file], path, new)}
    if _readable(before):
        load_contents(shown(folder), after)
    (folder / file).write_bytes(after[file])
    click.echo(f"{path} in {file} is {'taken out' if new is None else 'set'}. Next: playcall playbook lint {shown(folder)}")


def _readable(contents: dict[str, bytes]) -> bool:
    try:
        load_contents("book", contents)
    except PlaybookInvalid:
        return False
    return True
