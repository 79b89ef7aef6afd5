"""playcall simulate, as a user types it."""

import json
from pathlib import Path

from click.testing import CliRunner

from features.cli.simulate import simulate_command
from features.events.tables import TABLES
from features.home import Home


def test_it_writes_into_the_home_and_says_what_to_do_next(tmp_path: Path) -> None:
    said = CliRunner().invoke(simulate_command, ["--customers", "20", "--months", "2"], obj=Home(tmp_path))
    assert said.exit_code == 0, said.output
    for name in TABLES:
        assert (tmp_path / "world" / f"{name}.parquet").exists()
        assert f"playcall ingest {name} {tmp_path / 'world' / name}.parquet" in said.output


def test_a_machine_reads_one_json_object(tmp_path: Path) -> None:
    arguments = ["--customers", "20", "--months", "2", "--seed", "3", "--out", str(tmp_path / "there"), "--json"]
    said = CliRunner().invoke(simulate_command, arguments, obj=Home(tmp_path / "home"))
    told = json.loads(said.stdout)
    assert told["rows"]["customers"] == 20
    assert set(told["files"]) == set(TABLES)
    assert told["end"] == "2026-07-01T00:00:00+00:00"


def test_wrong_use_is_exit_code_2(tmp_path: Path) -> None:
    assert CliRunner().invoke(simulate_command, ["--customers", "0"], obj=Home(tmp_path)).exit_code == 2


def test_help_shows_an_example(tmp_path: Path) -> None:
    assert "Example: playcall simulate" in CliRunner().invoke(simulate_command, ["--help"], obj=Home(tmp_path)).output
