"""playcall playbook schema: for editors that complete and check while somebody types."""

import json
from pathlib import Path

import click

from playbooks.editor.contents import KINDS, schema_of_kind


@click.command(
    "schema", short_help="JSON Schemas of the files, for editors.", epilog="Example: playcall playbook schema --out my-book/.schemas"
)
@click.argument("kind", type=click.Choice(list(KINDS)), required=False)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="Write a file for every kind into this folder.")
def schema_command(kind: str | None, out: Path | None) -> None:
    """Print the schema of one KIND of file, of all as one object, or write a file for each.

    In an editor that speaks yaml-language-server, the first line of a file names its schema.
    """
    if out is None:
        found = schema_of_kind(kind) if kind else {one: schema_of_kind(one) for one in KINDS}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    out.mkdir(parents=True, exist_ok=True)
    for one in [kind] if kind else list(KINDS):
        (out / f"{one}.schema.json").write_text(json.dumps(schema_of_kind(one), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(f"Begin a file of {out.parent} with, for instance: # yaml-language-server: $schema=../{out.name}/action.schema.json")
