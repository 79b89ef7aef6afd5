"""Options that several verbs share."""

from pathlib import Path

import click

playbook_option = click.option(
    "--playbook",
    "folder",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of the playbook whose versions are meant; default: the card book.",
)
by_option = click.option("--by", required=True, help="Who does it, as people know them.")
note_option = click.option("--note", default="", help="Why, for those who read the history.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
