"""The root command: every verb is there, says an example, and costs nothing until it is asked for."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from serving.cli.main import VERBS, playcall


def leaves(name: str, command: click.Command) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(name, command)]
    context = click.Context(command)
    inner = [(f"{name} {verb}", command.get_command(context, verb)) for verb in command.list_commands(context)]
    return [leaf for verb, found in inner if found for leaf in leaves(verb, found)]


ALL = [leaf for name in VERBS for leaf in leaves(name, playcall.get_command(click.Context(playcall), name))]


@pytest.mark.parametrize("name", VERBS)
def test_the_list_of_verbs_names_each(name):
    assert f"\n  {name} " in CliRunner().invoke(playcall, ["--help"]).output


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_verb_shows_an_example_of_itself(name, command):
    assert f"playcall {name}" in f"{command.help} {command.epilog}"


def test_an_unknown_verb_is_refused_by_name():
    refused = CliRunner().invoke(playcall, ["decide"])
    assert refused.exit_code == 2
    assert "No such command 'decide'" in refused.output


def test_asking_for_ingest_does_not_load_what_only_training_needs():
    code = (
        "import sys; sys.argv = ['playcall', 'ingest', '--help']\nfrom serving.cli.main import main\ntry: main()\nexcept SystemExit: pass\n"
    )
    heavy = "assert not {'mlflow', 'lightgbm', 'sklearn', 'fastapi', 'feast'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code + heavy], check=True, capture_output=True)
