"""The MLflow project really retrains: `mlflow run` from the outside, and a new challenger is in the home's registry."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from mlflow.projects.utils import load_project

from serving.cli.main import playcall
from training.registry import CHALLENGER, CHAMPION, Registry

PROJECT = Path(__file__).parents[2] / "mlflow"
ENTRIES = load_project(str(PROJECT))._entry_points


def run(home, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    beside = Path(sys.executable).parent
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PLAYCALL_", "MLFLOW_"))}
    given = own | {
        "PATH": f"{beside}{os.pathsep}{own['PATH']}",
        "PYTHONPATH": str(PROJECT.parent),
        "PLAYCALL_HOME": str(home.root),
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/projects.db",
    }
    command = [str(beside / "mlflow"), "run", str(PROJECT), "--env-manager", "local", *arguments]
    return subprocess.run(command, check=False, cwd=folder, env=given, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_the_project_trains_a_new_challenger(home, tmp_path):
    trained = run(home, tmp_path, "-P", "clock=data", "-P", "seed=7")
    assert trained.returncode == 0, trained.stderr[-2000:]
    registry = Registry(home)
    assert registry.alias_version(CHALLENGER) == "2"
    assert registry.parameters(CHALLENGER)["seed"] == "7"
    assert registry.alias_version(CHAMPION) == "1"
    assert "version 2 learned from" in trained.stdout


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_point_is_a_verb_with_options_it_has(name):
    """Its defaults filled in; the whole run of one is the test above."""
    entry = ENTRIES[name]
    assert entry.parameters.keys() == set(re.findall(r"{(\w+)}", entry.command))
    command, verb, *arguments = entry.command.format(**{key: one.default for key, one in entry.parameters.items()}).split()
    assert command == "playcall"
    found = playcall.get_command(click.Context(playcall), verb)
    found.make_context(verb, arguments)
