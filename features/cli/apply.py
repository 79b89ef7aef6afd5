"""playcall features apply: tell Feast of the views."""

import json

import click

from features.home import Home
from features.online_repo import apply


@click.command("apply", epilog="Example: playcall features apply")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.pass_obj
def apply_command(home: Home, *, as_json: bool) -> None:
    """Register entity, views and feature service with Feast."""
    views = apply(home)
    if as_json:
        click.echo(json.dumps({"views": views, "registry": str(home.feast_registry)}))
        return
    click.echo(f"Feast knows {len(views)} views: {', '.join(views)}.")
    click.echo("Next: playcall features materialize")
