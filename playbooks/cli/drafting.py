"""playcall playbook draft and approve: from a folder to an approval by another person."""

import json
import sys
from pathlib import Path

import click

from playbooks.cli.desk import Desk
from playbooks.cli.options import by_option, json_option, note_option, playbook_option
from playbooks.errors import StepNotAllowed
from playbooks.lint.formats import as_text
from playbooks.lint.run import has_errors
from playbooks.load import load_playbook
from playbooks.reading.files import read_contents
from playbooks.versions.drafting import Hand, open_draft, write_whole
from playbooks.versions.kept import Draft
from playbooks.versions.shelf import Shelf
from playbooks.versions.steps import approve, changes_of, check, send_back, submit


@click.command("draft", short_help="Propose a folder as the next version.", epilog="Example: playcall playbook draft my-book --by anna")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@by_option
@note_option
@json_option
@click.pass_obj
def draft_command(desk: Desk, folder: Path, by: str, note: str, *, as_json: bool) -> None:
    """Keep FOLDER as a draft, check it and send it to review. Exit code 1: it has errors and stays a draft."""
    shelf = desk.shelves(load_playbook(folder).playbook_id)
    draft = proposed(desk, shelf, folder, by, note)
    if as_json:
        click.echo(json.dumps({"draft_id": draft.draft_id, "state": draft.state, "base": draft.base}))
        return
    for change in changes_of(shelf, draft.draft_id):
        click.echo(change.text)
    click.echo(f"{draft.draft_id} is {draft.state}. Next: playcall playbook approve {draft.draft_id} --by SOMEBODY-ELSE")


def proposed(desk: Desk, shelf: Shelf, folder: Path, by: str, note: str) -> Draft:
    """The folder as a draft in review. Prints findings and ends with 1 when it has errors."""
    hand = Hand(by, desk.now())
    draft = open_draft(shelf, hand, note)
    write_whole(shelf, draft.draft_id, read_contents(folder), hand, draft.revision)
    checked = check(shelf, draft.draft_id, hand, desk.known_fields())
    if has_errors(list(checked.findings)):
        click.echo(as_text(checked.findings))
        click.echo(f"{draft.draft_id} is kept as a draft and cannot go to review; mend the errors")
        sys.exit(1)
    return submit(shelf, draft.draft_id, hand, note)


@click.command("approve", short_help="Say yes to a draft of somebody else.", epilog="Example: playcall playbook approve d3 --by ben")
@click.argument("draft_id")
@by_option
@note_option
@click.option("--no", "refused", is_flag=True, help="Send it back instead; --note says what to mend.")
@playbook_option
@click.pass_obj
def approve_command(desk: Desk, draft_id: str, by: str, note: str, folder: Path | None, *, refused: bool) -> None:
    """Approve DRAFT_ID, or send it back."""
    if refused and not note:
        raise StepNotAllowed("a draft is sent back with a reason; give --note")
    step = send_back if refused else approve
    draft = step(desk.shelf(folder), draft_id, Hand(by, desk.now()), note)
    click.echo(f"{draft_id} is {draft.state}." + ("" if refused else f" Next: playcall playbook publish {draft_id} --by {by}"))
