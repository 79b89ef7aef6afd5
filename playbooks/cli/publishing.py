"""playcall playbook publish, rollback and history."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from playbooks.cli.desk import DRAFT, Desk
from playbooks.cli.drafting import proposed
from playbooks.cli.options import by_option, json_option, note_option, playbook_option
from playbooks.errors import StepNotAllowed
from playbooks.load import load_playbook
from playbooks.versions.drafting import Hand
from playbooks.versions.kept import Release
from playbooks.versions.publishing import Term, history, publish, roll_back
from playbooks.versions.steps import approve


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time; write it as 2026-01-31T18:00+08:00") from None
    if moment.tzinfo is None:
        raise click.BadParameter(f"{text!r} names no zone; write it with its offset, as in 2026-01-31T18:00+08:00")
    return moment


@click.command(
    "publish",
    short_help="Make a draft, or a folder, the next version.",
    epilog="Example: playcall playbook publish my-book --author anna --approver ben",
)
@click.argument("what")
@click.option("--by", default=None, help="Who publishes an approved draft.")
@click.option("--author", default=None, help="Whose words the folder holds.")
@click.option("--approver", default=None, help="Who approved the folder; never its author.")
@click.option("--from", "begins", default=None, help="When it takes effect, with its offset; default: at once.")
@click.option("--until", default=None, help="When it ends and the version before comes back; default: never.")
@note_option
@json_option
@playbook_option
@click.pass_obj
def publish_command(
    desk: Desk,
    what: str,
    by: str | None,
    author: str | None,
    approver: str | None,
    begins: str | None,
    until: str | None,
    note: str,
    folder: Path | None,
    *,
    as_json: bool,
) -> None:
    """Publish WHAT: an approved draft (d3, with --by), or a folder (with --author and --approver). A running service takes it up within 2 s."""
    term = Term(_moment(begins), _moment(until))
    if DRAFT.fullmatch(what) and not Path(what).is_dir():
        if not by:
            raise click.UsageError("a draft is published by somebody; give --by NAME")
        release = publish(desk.shelf(folder), what, Hand(by, desk.now()), term, note)
    else:
        release = _folder(desk, Path(what), author, approver, term, note)
    _tell(release, as_json=as_json)


def _folder(desk: Desk, folder: Path, author: str | None, approver: str | None, term: Term, note: str) -> Release:
    if not author or not approver:
        raise click.UsageError("a folder is published with --author NAME and --approver NAME, two people")
    if author == approver:
        raise StepNotAllowed(f"{author} cannot approve their own words; give another person as --approver")
    shelf = desk.shelves(load_playbook(folder).playbook_id)
    draft = proposed(desk, shelf, folder, author, note)
    approve(shelf, draft.draft_id, Hand(approver, desk.now()), note)
    return publish(shelf, draft.draft_id, Hand(approver, desk.now()), term, note)


@click.command(
    "rollback",
    short_help="Let an earlier version rule again, at once.",
    epilog="Example: playcall playbook rollback 3 --by ben --note 'wrong rate'",
)
@click.argument("version", type=click.IntRange(1), required=False)
@by_option
@note_option
@json_option
@playbook_option
@click.pass_obj
def rollback_command(desk: Desk, version: int | None, by: str, note: str, folder: Path | None, *, as_json: bool) -> None:
    """Go back to VERSION, or to the one before the present one. Versions that were scheduled are taken off the list."""
    _tell(roll_back(desk.shelf(folder), version, Hand(by, desk.now()), note), as_json=as_json)


@click.command("history", short_help="Who said yes to what, and when.", epilog="Example: playcall playbook history --json")
@json_option
@playbook_option
@click.pass_obj
def history_command(desk: Desk, folder: Path | None, *, as_json: bool) -> None:
    """Every version with its author and approver, and every time one took effect."""
    told = history(desk.shelf(folder), desk.now())
    if as_json:
        versions = [asdict(version) | {"standing": standing} for version, standing in told.versions]
        releases = [asdict(release) for release in told.releases]
        click.echo(json.dumps({"versions": versions, "releases": releases}, ensure_ascii=False, indent=1, default=datetime.isoformat))
        return
    for version, standing in told.versions:
        approved = f"approved by {version.approved_by}" if version.approved_by else "taken over"
        click.echo(f"{version.number:>4}  {standing:<9}  {version.made_at:%Y-%m-%d %H:%M}  by {version.author}, {approved}  {version.note}")
    for release in told.releases:
        click.echo(f"      {release.begins:%Y-%m-%d %H:%M}  version {release.version} {_until(release)} by {release.by}  {release.note}")
    if not told.versions:
        click.echo(
            "no version yet; the folder of the book is what is served. Next: playcall playbook publish FOLDER --author A --approver B"
        )


def _tell(release: Release, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(release), ensure_ascii=False, default=datetime.isoformat))
        return
    click.echo(f"version {release.version} is in effect from {release.begins:%Y-%m-%d %H:%M %Z} {_until(release)}".rstrip())


def _until(release: Release) -> str:
    return f"until {release.until:%Y-%m-%d %H:%M %Z}" if release.until else ""
