"""A registered model as a candidate: any version, priced as it is served, and doubted on the answers it learned from."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from small_past import ACTIONS, EVERY, LEARNED, NEWS, PAST, START, TODAY, live

from features.home import Home
from serving.cli.main import playcall
from training.errors import NoModel
from training.fatigue import Fatigue
from training.registry import CHAMPION, LEARNED_UNTIL, Registry
from training.replay.read_log import read_log
from training.replay.registered import registered
from training.saved import FATIGUE
from training.train import train

UNSEEN = PAST // 10
"""The newest tenth judges, it is not learned from."""


def log_of(path: Path, moments: list, customers: list[int]) -> Path:
    """A log by chance over the three actions, a row per moment."""
    count = len(moments)
    shares = json.dumps(dict.fromkeys(ACTIONS, 1 / 3))
    columns = {
        "decision_id": [f"d{number}" for number in range(count)],
        "decided_at": pa.array(moments, pa.timestamp("us", "UTC")),
        "customer_id": [f"c{number}" for number in customers],
        "channel": ["voice"] * count,
        "action_id": [ACTIONS[number % 3] for number in range(count)],
        "reward": [float(number % 4 == 0) for number in range(count)],
        "probability": [1 / 3] * count,
        "action_probabilities": [shares] * count,
    }
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture
def past(tmp_path) -> Path:
    """A row for every proposal of the past, at its second."""
    return log_of(tmp_path / "past.parquet", [START + EVERY * number for number in range(PAST)], list(range(PAST)))


def replayed(home: Home, log: Path, policy: str) -> dict:
    told = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(
        playcall, ["replay", "--policy", policy, "--log", str(log), "--json"], catch_exceptions=False
    )
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_the_challenger_and_a_version_by_its_number_can_be_replayed_before_anybody_promotes(home, book, past):
    live(home, PAST, NEWS, liked=-1.5)
    assert train(home, book, TODAY).version == "2"
    first, second = replayed(home, past, "1"), replayed(home, past, "challenger")
    assert replayed(home, past, CHAMPION)["estimators"] == first["estimators"]
    assert replayed(home, past, "2")["estimators"] == second["estimators"]
    assert second["estimators"] != first["estimators"]


def test_a_model_is_doubted_on_the_time_it_learned_from_and_there_only(home, past, tmp_path):
    until = Registry(home).parameters(CHAMPION)[LEARNED_UNTIL]
    assert until == (START + EVERY * (PAST - UNSEEN - 1)).isoformat()
    (doubt,) = replayed(home, past, CHAMPION)["warnings"]
    assert doubt.startswith(f"{PAST - UNSEEN} of the {PAST} rows are of the time version 1 learned from (until {until})")
    later = log_of(tmp_path / "later.parquet", [LEARNED + timedelta(minutes=number) for number in range(400)], list(range(400)))
    assert replayed(home, later, CHAMPION)["warnings"] == []


def test_a_model_whose_run_does_not_say_until_when_it_learned_is_not_doubted(home, past, monkeypatch):
    monkeypatch.setattr(Registry, "parameters", lambda *_: {})
    assert replayed(home, past, CHAMPION)["warnings"] == []


def test_what_was_proposed_before_counts_as_it_does_in_service(home, book, tmp_path):
    """Of the customers of the past each was shown one action: a model that holds this against it proposes another to them."""
    log = read_log(log_of(tmp_path / "today.parquet", [LEARNED] * PAST, list(range(PAST))))
    place = log.actions.index
    shown = np.array([place(ACTIONS[number % 3]) for number in range(PAST)])
    Registry(home).load(CHAMPION)
    kept = home.models / CHAMPION / "1" / FATIGUE
    for counts, most in (((0.0, 0.0, 0.0), None), ((-20.0, 0.0, 0.0), 0)):
        kept.write_text(json.dumps(Fatigue(0.0, counts, {}).to_json()))
        target, _ = registered(log, home, book, CHAMPION)
        again = int((target.argmax(axis=1) == shown).sum())
        assert again == most if most is not None else again > PAST // 4


def test_a_version_that_is_not_there_is_refused_by_its_number(home, book, past):
    with pytest.raises(NoModel, match="model version 9 is neither kept"):
        registered(read_log(past), home, book, "9")
