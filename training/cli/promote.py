"""playcall promote"""

import json
from dataclasses import asdict
from pathlib import Path

import click

from features.clock import WallClock
from features.home import Home
from playbooks.cli.chosen import chosen
from training.cli.train import clock_option, json_option, moment, playbook_option
from training.promote import promote
from training.registry import Registry
from training.registry_champions import Signature, roll_back


@click.command("promote")
@click.option("--rollback", is_flag=True, help="Put the champion before this one back, one step, without a test.")
@click.option("--by", default=None, help="Who promotes or rolls back; kept in the registry.")
@click.option("--reason", default=None, help="Why; kept in the registry.")
@playbook_option
@clock_option
@json_option
@click.pass_obj
def promote_command(
    home: Home, by: str | None, reason: str | None, playbook: Path | None, clock: str, *, rollback: bool, as_json: bool
) -> None:
    """Make the challenger the champion, unless the newest proposals say it is worse; or put the champion before it back.

    Example: playcall promote --clock data --by mei --reason "knows the new fee"
    """
    if rollback:
        _roll_back(home, Signature(WallClock().now(), by, reason), as_json=as_json)
        return
    done = promote(home, chosen(playbook), moment(home, clock), by=by, reason=reason)
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    click.echo(f"version {done.version} is champion: {done.in_words}")
    click.echo("A running service picks it up by itself. Next: playcall features materialize")


def _roll_back(home: Home, signature: Signature, *, as_json: bool) -> None:
    version, withdrawn = roll_back(Registry(home), signature)
    if as_json:
        click.echo(json.dumps({"version": version, "withdrawn": withdrawn}))
        return
    click.echo(f"version {version} is champion again, version {withdrawn} is withdrawn. A running service picks it up by itself.")
    click.echo("Next: playcall drift")
