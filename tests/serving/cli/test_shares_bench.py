"""`bench training-shares`: training by shares is held against training in one memory, on rows neither has learned from."""

import json
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from features.events.lake import Lake
from serving.cli.bench import bench_command
from serving.cli.benches import training_shares
from serving.cli.benches.most_memory import MostMemory, most_of_this
from serving.cli.benches.shares_lake import made_home

MEGABYTES = 150


@pytest.mark.slow
def test_the_figures_of_a_few_rows_are_all_there(monkeypatch):
    monkeypatch.setattr(training_shares, "SHARES", (2,))
    ran = CliRunner().invoke(bench_command, ["training-shares", "--rows", "6000", "--json"])
    assert ran.exit_code == 0, ran.output
    figures = json.loads(ran.stdout)
    whole, halved = figures["in_one_memory"], figures["by_shares"]["2"]
    assert halved["sample"] == pytest.approx(3000, rel=0.1)
    assert min(whole["megabytes"], halved["asking_megabytes"], halved["reader_megabytes"]) > figures["start_megabytes"]
    assert (whole["behind"], whole["error"]) == (0, 0)
    assert abs(halved["behind"]) < 0.05
    assert halved["auc"] == pytest.approx(whole["auc"], abs=0.1)


def test_the_made_lake_is_whole_and_always_the_same(tmp_path):
    one, again = (Lake(made_home(tmp_path / name, 400)) for name in ("one", "again"))
    counts = one.counts()
    assert (counts["proposals"], counts["outcomes"], counts["customers"], counts["quarantine"]) == (400, 400, 100, 0)
    assert one.fingerprint() == again.fingerprint()


def test_the_most_that_a_named_process_held_is_seen_from_outside():
    held = f"kept = bytearray({MEGABYTES} << 20); del kept; print('held', flush=True); input()"
    with MostMemory(f"{sys.executable}\0-c\0kept") as most:
        other = subprocess.Popen([sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert other.stdout is not None
        other.stdout.readline()
        deadline = time.monotonic() + 20
        while most.megabytes < MEGABYTES and time.monotonic() < deadline:
            time.sleep(0.05)
        other.communicate(b"\n")
    assert MEGABYTES < most.megabytes < MEGABYTES + 100
    assert most_of_this() > 0
