"""A writer may die at any moment, and two may write at once: readers see whole deliveries only, and none is lost."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.errors import TableError
from features.events import compaction
from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.events.manifest import commit_manifest, manifest_path, read_manifest
from features.home import Home

NOW = datetime(2025, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
WRITER = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from features.events import ingest
from features.events.lake import Lake
from features.home import Home

folder, first, count, deadly = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
if deadly != "nothing":
    setattr(ingest, deadly, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
moment = datetime(2025, 1, 1, tzinfo=UTC)
for push in range(first, first + count):
    rows = [{"transaction_id": f"t{push}-{i}", "customer_id": f"c{i}", "occurred_at": moment, "amount": push} for i in range(10)]
    ingest.ingest_rows(Lake(Home(folder)), "transactions", rows, known_at=moment)
    print(push, flush=True)
"""


def write(home: Path, first: int, count: int, deadly: str = "nothing") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), str(first), str(count), deadly],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def deliveries(home: Path) -> dict[float, int]:
    """Rows per push."""
    with Lake(Home(home)).connect() as connection:
        return dict(connection.execute("SELECT amount, count(*) FROM transactions GROUP BY amount").fetchall())


@pytest.mark.parametrize("deadly", ["stage", "resolve", "write_part", "commit_manifest", "sweep"])
def test_a_writer_killed_at_its_worst_moment_leaves_the_last_good_state(tmp_path, deadly):
    assert write(tmp_path, 0, 1).wait() == 0
    assert write(tmp_path, 1, 1, deadly).wait() == -signal.SIGKILL
    committed = deadly == "sweep"
    assert deliveries(tmp_path) == ({0: 10, 1: 10} if committed else {0: 10})
    assert write(tmp_path, 1, 1).wait() == 0
    assert deliveries(tmp_path) == {0: 10, 1: 10}


@pytest.mark.parametrize("deadly", ["stage", "commit_manifest"])
def test_the_next_writer_sweeps_what_a_dead_one_left(tmp_path, deadly):
    assert write(tmp_path, 0, 1).wait() == 0
    assert write(tmp_path, 1, 1, deadly).wait() == -signal.SIGKILL
    assert write(tmp_path, 1, 1).wait() == 0
    lake = Lake(Home(tmp_path))
    on_disk = {str(file.relative_to(lake.folder)) for file in lake.folder.glob("*/*.parquet")}
    assert on_disk == lake.manifest().files()
    assert list((lake.folder / "staging").iterdir()) == []


@pytest.mark.parametrize("survived", [1, 2, 4])
def test_a_kill_from_outside_between_pushes_loses_none_that_was_reported(tmp_path, survived):
    writer = write(tmp_path, 0, 1000)
    assert writer.stdout is not None
    for _ in range(survived):
        writer.stdout.readline()
    writer.kill()
    writer.wait()
    kept = deliveries(tmp_path)
    assert set(kept.values()) == {10}
    assert set(kept) >= set(range(survived))


def test_two_writers_at_once_lose_no_row(tmp_path):
    writers = [write(tmp_path, first, 6) for first in (0, 100)]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert deliveries(tmp_path) == {float(push): 10 for push in (*range(6), *range(100, 106))}


def test_threads_of_one_server_lose_no_row(tmp_path):
    lake = Lake(Home(tmp_path))

    def push(number: int) -> int:
        row = {"transaction_id": f"t{number}", "customer_id": "c", "occurred_at": NOW, "amount": 1}
        return ingest_rows(lake, "transactions", [row], known_at=NOW).added

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(push, range(12))) == 12
    assert lake.counts()["transactions"] == 12


def test_many_pushes_become_few_files_and_open_readers_keep_theirs(lake, monkeypatch):
    monkeypatch.setattr(compaction, "FILES_PER_SIZE", 3)
    reader = None
    for number in range(10):
        row = {"transaction_id": f"t{number % 7}", "customer_id": f"c{number}", "occurred_at": NOW, "amount": number}
        ingest_rows(lake, "transactions", [row], known_at=NOW.replace(day=number + 1))
        reader = reader or lake.connect()
    assert reader is not None
    assert reader.execute("SELECT count(*) FROM transactions").fetchall() == [(1,)]
    assert len(lake.manifest().table("transactions").parts) < 6
    with lake.connect() as connection:
        current = connection.execute("SELECT transaction_id, amount FROM transactions WHERE superseded_at IS NULL ORDER BY 1").fetchall()
    assert current == [("t0", 7.0), ("t1", 8.0), ("t2", 9.0), ("t3", 3.0), ("t4", 4.0), ("t5", 5.0), ("t6", 6.0)]


def test_compaction_does_not_change_the_fingerprint(lake):
    for number in range(compaction.FILES_PER_SIZE - 1):
        row = {"transaction_id": f"t{number}", "customer_id": "c", "occurred_at": NOW, "amount": number}
        ingest_rows(lake, "transactions", [row], known_at=NOW)
    before = lake.manifest()
    crowded = before.table("transactions")
    with lake.connect() as connection:
        doubled = replace(before, tables={"transactions": replace(crowded, parts=crowded.parts + crowded.parts[:1])})
        after = compaction.compacted(connection, lake.folder, doubled)
    assert len(after.table("transactions").parts) == 1
    assert after.fingerprint == before.fingerprint


def test_a_manifest_reads_back_as_it_was_committed(lake, deliver):
    deliver("transactions", "transaction_id,customer_id,occurred_at,amount\nt1,c1,2025-01-01T00:00:00Z,5\n")
    manifest = lake.manifest()
    commit_manifest(lake.folder, manifest)
    assert read_manifest(lake.folder) == manifest


def test_a_manifest_of_another_format_is_refused(lake, deliver):
    deliver("transactions", "transaction_id,customer_id,occurred_at,amount\nt1,c1,2025-01-01T00:00:00Z,5\n")
    path = manifest_path(lake.folder)
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(TableError, match=r"manifest\.json: written in format 99"):
        Lake(lake.home).counts()
