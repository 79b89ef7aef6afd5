"""Past one machine: the same features, to the last bit."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from features.build import view_file
from features.cli.features import features_group
from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.home import Home
from features.simulator.world import simulate


@pytest.mark.slow
def test_on_two_workers_every_view_is_the_same_to_the_last_bit(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for table, file in simulate(tmp_path / "world", 60, 8, 4).files.items():
        ingest_files(Lake(home), table, [file], now=datetime(2031, 1, 1, tzinfo=UTC))
    at = ((Lake(home).newest_event() or datetime.now(UTC)) + timedelta(seconds=1)).isoformat()
    built = {}
    for engine in ("local", "ray"):
        ran = CliRunner().invoke(features_group, ["build", "--engine", engine, "--at", at, "--json"], obj=home, catch_exceptions=False)
        assert ran.exit_code == 0, ran.output
        files = sorted(home.views.glob("*.parquet"))
        built[engine] = {file.stem: pq.read_table(file) for file in files}
    assert len(built["local"]) >= 6
    for name, rows in built["local"].items():
        assert rows.num_rows > 60
        assert rows.schema == built["ray"][name].schema
        # As bytes: NaN equals NaN, and -0.0 is not 0.0.
        assert [column.to_pylist().__repr__() for column in rows.columns] == [
            column.to_pylist().__repr__() for column in built["ray"][name].columns
        ]
    assert not list(view_file(home, "spending").parent.glob("new/*"))
