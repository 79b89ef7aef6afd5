"""The root command: every verb is there, says an example, and costs nothing until it is asked for."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from serving.cli.main import VERBS, main, playcall


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


def test_a_file_that_cannot_be_written_is_named_without_a_traceback(monkeypatch, tmp_path, capsys):
    page = tmp_path / "no folder" / "features.md"
    monkeypatch.setattr(sys, "argv", ["playcall", "features", "show", "--markdown", str(page)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"error: {page}: No such file or directory; check the path and who may use it\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["features", "check", "--max-age-hours", "nan"],
        ["features", "check", "--max-age-hours", "1e30"],
        ["features", "build", "--at", "0001-01-01T00:00:00+14:00"],
        ["batch", "--out", "x.csv", "--control", "nan"],
        ["batch", "--out", "x.csv", "--agents", "inf"],
        ["drift", "--days", "99999999999"],
        ["replay", "--policy", "uniform", "--log", __file__, "--seed", "-1"],
    ],
    ids=" ".join,
)
def test_numbers_and_times_out_of_all_bounds_are_refused_by_their_option(arguments, tmp_path):
    refused = CliRunner(env={"PLAYCALL_HOME": str(tmp_path)}).invoke(playcall, arguments)
    assert refused.exit_code == 2, refused.output
    assert f"'{next(word for word in arguments if word in OPTIONS)}'" in refused.output or "--at" in refused.output


OPTIONS = ("--max-age-hours", "--at", "--control", "--agents", "--days", "--seed")
