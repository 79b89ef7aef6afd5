"""The book a verb works with, chosen by whoever knows the settings: the verbs of training and playbooks know none."""

from collections.abc import Callable
from pathlib import Path

import click

from playbooks.load import default_book, load_playbook
from playbooks.schema.playbook import Playbook

Choice = Callable[[Path | None], Playbook]
_KEY = "playbooks.choice"


def choose_with(context: click.Context, choice: Choice) -> None:
    """Let the verbs below this context choose with `choice`."""
    context.meta[_KEY] = choice


def chosen(folder: Path | None) -> Playbook:
    """The book for this value of --playbook. Outside the command `playcall` that is the folder, or the default book as it came."""
    choice: Choice = click.get_current_context().meta.get(_KEY, lambda given: load_playbook(given or default_book()))
    return choice(folder)
