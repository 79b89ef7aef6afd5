"""playcall: the verbs of all packages in one command."""

import sys

import click

from features.cli.features import features_group
from features.cli.ingest import ingest_command
from features.cli.simulate import simulate_command
from features.errors import PlaycallError
from playbooks.errors import PlaybookError
from serving.cli.bench import bench_command
from serving.cli.demo import demo_command
from serving.cli.serve import serve_command
from serving.settings import read_settings
from training.cli.evaluate import evaluate_command
from training.cli.promote import promote_command
from training.cli.train import train_command
from training.errors import NotPromoted


@click.group()
@click.pass_context
def playcall(context: click.Context) -> None:
    """The right play from the playbook, while the customer is still on the line.

    Everything a run makes is kept in PLAYCALL_HOME (default .playcall).
    """
    context.obj = read_settings().home


for verb in (
    demo_command,
    bench_command,
    simulate_command,
    ingest_command,
    features_group,
    train_command,
    evaluate_command,
    promote_command,
    serve_command,
):
    playcall.add_command(verb)


def main() -> None:
    """Exit codes: 0 done, 1 a check failed, 2 wrong use or bad input."""
    try:
        playcall()
    except NotPromoted as failed:
        click.echo(f"not promoted: {failed}", err=True)
        sys.exit(1)
    except (PlaycallError, PlaybookError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
