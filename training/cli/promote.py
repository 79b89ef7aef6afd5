"""playcall promote"""

import json
from dataclasses import asdict
from pathlib import Path

import click

from features.home import Home
from playbooks.cli.chosen import chosen
from training.cli.train import clock_option, json_option, moment, playbook_option
from training.promote import promote


@click.command("promote")
@playbook_option
@clock_option
@json_option
@click.pass_obj
def promote_command(home: Home, playbook: Path | None, clock: str, *, as_json: bool) -> None:
    """Make the challenger the champion, unless the newest proposals say it is worse.

    Example: playcall promote --clock data
    """
    done = promote(home, chosen(playbook), moment(home, clock))
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    click.echo(f"version {done.version} is champion: log loss {done.gain:+.4f} better than {done.against} (p {done.p_worse:.3f})")
    click.echo("A running service picks it up by itself. Next: playcall features materialize")
