"""Training again: the same tables and seed give the same files, and `--if-stale` does nothing when nothing is new."""

from dataclasses import replace
from datetime import timedelta

import pytest
from small_past import LEARNED

from features import transform
from features.clock import WallClock
from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.simulator.world import simulate
from playbooks.load import default_book, load_playbook
from training.train import stale, train


@pytest.mark.slow
def test_training_again_gives_the_same_files_and_only_news_makes_it_needed(tmp_path):
    home, book = Home(tmp_path / "home"), load_playbook(default_book())
    simulate(tmp_path / "world", 200, 3, seed=2)
    lake = Lake(home)
    for table in TABLES:
        ingest_files(lake, table, [tmp_path / "world" / f"{table}.parquet"], now=WallClock().now())
    at = lake.newest_event()
    assert at is not None
    assert stale(home, book, at)
    train(home, book, at)
    assert not stale(home, book, at)
    assert stale(home, book, at, seed=2)
    assert stale(home, book, at + timedelta(days=8)), "windows have closed since: silence is a no now"
    train(home, book, at)
    first, second = sorted(home.mlflow_artifacts.rglob("saved"))
    names = sorted(path.name for path in first.iterdir())
    assert "model.txt" in names
    assert [(first / name).read_bytes() for name in names] == [(second / name).read_bytes() for name in names]


def test_a_view_that_changed_makes_training_needed(home, book, monkeypatch):
    assert not stale(home, book, LEARNED)
    first, *others = transform.VIEWS
    monkeypatch.setattr(transform, "VIEWS", (replace(first, sql=f"{first.sql} ORDER BY 1"), *others))
    assert stale(home, book, LEARNED)
