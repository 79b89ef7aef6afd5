"""The product's own verbs, called in this process."""

from pathlib import Path

from click.testing import CliRunner

from serving.cli.main import playcall


def run(home: Path, *arguments: str) -> str:
    done = CliRunner(env={"PLAYCALL_HOME": str(home)}).invoke(playcall, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout
