"""playcall playbook preview: how it will be said."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from playbooks.cli.desk import Desk
from playbooks.cli.options import playbook_option
from playbooks.preview import Preview, Wanted, preview

EXPERIENCES = ("newcomer", "expert")


@click.command(
    "preview",
    short_help="Show an action's scripts with example values.",
    epilog="Example: playcall playbook preview my-book bill_instalment --channel voice --language en --style warm",
)
@click.argument("book")
@click.argument("action_id")
@click.option("--channel", default=None, help="Only scripts for this channel, with its manners.")
@click.option("--language", default=None, help="Only scripts in this language.")
@click.option("--style", default=None, help="Only scripts in this style.")
@click.option("--experience", type=click.Choice(EXPERIENCES), default=None, help="As a newcomer or an expert sees it.")
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="A value instead of the example; NAME= leaves it out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@playbook_option
@click.pass_obj
def preview_command(
    desk: Desk,
    book: str,
    action_id: str,
    channel: str | None,
    language: str | None,
    style: str | None,
    experience: str | None,
    given: tuple[str, ...],
    folder: Path | None,
    *,
    as_json: bool,
) -> None:
    """Render the scripts of ACTION_ID in BOOK: a folder, a draft (d3), a version (3) or live."""
    wanted = Wanted(channel, language, style, experience)
    shown = preview(desk.book(book, folder), action_id, wanted, dict(_value(one) for one in given))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in shown], ensure_ascii=False, indent=1))
        return
    click.echo("\n\n".join(_text(one) for one in shown))


def _value(given: str) -> tuple[str, object]:
    name, equals, value = given.partition("=")
    if not equals:
        raise click.BadParameter(f"{given!r} has no value; write --set {given}=VALUE", param_hint="--set")
    try:
        return name, float(value)
    except ValueError:
        return name, value or None


def _text(one: Preview) -> str:
    where = ", ".join(one.channels) or "every channel"
    head = f"{one.script_id}: {one.style}, {one.language}, {where}" + (f", when {one.when}" if one.when else "")
    lines = [f"  {stage:<11} {seconds:>5.1f} s  {text}" for stage, text, seconds in one.steps]
    lines += [f"  disclosure           {text}" for text in one.disclosures]
    return "\n".join([head, *lines, f"  in all      {one.spoken_seconds:>5.1f} s"])
