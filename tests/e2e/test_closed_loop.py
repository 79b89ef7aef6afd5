"""L1: the house learns from what it proposed. The simulator's people answer through the HTTP API; the truth keeps the score."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from loop import Loop
from verbs import run

from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.simulator.truth import Truth
from features.simulator.words import ACTION_IDS
from playbooks.load import default_book, load_playbook
from serving.app import create_app
from serving.bootstrap import bootstrap
from serving.settings import read_settings

pytestmark = pytest.mark.slow

CUSTOMERS, MONTHS, SEED = 2000, 6, 7
TALKS, ROUNDS = 600, 3


@dataclass(slots=True)
class Told:
    """By round: mean true value per decision in yuan, of ours and of the others on the same talks; answers so far; labels of each training."""

    playcall: list[float] = field(default_factory=list)
    random: list[float] = field(default_factory=list)
    popular: list[float] = field(default_factory=list)
    best_single: list[float] = field(default_factory=list)
    oracle: list[float] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> Told:
    home = tmp_path_factory.mktemp("loop") / "home"
    run(home, "simulate", "--customers", str(CUSTOMERS), "--months", str(MONTHS), "--seed", str(SEED), "--out", str(home.parent / "world"))
    for table in TABLES:
        run(home, "ingest", table, str(home.parent / "world" / f"{table}.parquet"))
    run(home, "features", "materialize", "--clock", "data")
    return _live(home, Truth(CUSTOMERS, MONTHS, SEED))


def _live(home: Path, truth: Truth) -> Told:
    """Round 0 without a model, then a retrained and promoted one before each further round."""
    service = bootstrap(read_settings({"PLAYCALL_HOME": str(home), "PLAYCALL_CLOCK": "request"}))
    client = TestClient(create_app(service), raise_server_exceptions=False)
    keys = json.loads(Home(home).keys.read_text())
    book = load_playbook(default_book())
    values = {action_id: book.actions[action_id].value for action_id in ACTION_IDS}
    loop = Loop(truth, client, {"Authorization": f"Bearer {keys['agent']}"}, np.random.default_rng(SEED), values)
    told, popular = Told(), _most_popular(home)
    for number in range(ROUNDS):
        if number:
            told.labels.append(json.loads(run(home, "train", "--json").splitlines()[-1])["labels"])
            run(home, "promote")
            service.reload_models()
        talks = loop.talks(TALKS, number)
        told.playcall.append(loop.live(talks, number).mean())
        told.random.append(loop.at_random(talks).mean())
        told.popular.append(loop.always(talks, popular).mean())
        told.best_single.append(max(loop.always_by_the_book(talks, action).mean() for action in ACTION_IDS))
        told.oracle.append(loop.by_the_truth(talks).mean())
        told.answered.append(loop.answered)
        while service.deliver().lines:
            pass
    service.writer.close()
    return told


def _most_popular(home: Path) -> str:
    """The action with the most yes in the tables."""
    with Lake(Home(home)).connect() as connection:
        found = connection.sql("SELECT action_id FROM outcomes WHERE outcome = 'accepted' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
        return found.fetchall()[0][0]


def test_advice_is_worth_twice_the_random_policy(rounds):
    print(rounds)
    assert rounds.playcall[-1] > 2.0 * rounds.random[-1]


def test_advice_is_worth_twice_always_the_most_popular_action(rounds):
    assert rounds.playcall[-1] > 2.0 * rounds.popular[-1]


def test_advice_is_worth_more_than_the_best_single_action_under_the_same_rules(rounds):
    """Which action that is only the truth knows."""
    assert rounds.playcall[-1] > 1.1 * rounds.best_single[-1]


def test_what_was_learned_shows(rounds):
    """Round 0 is decided from the playbook's starting propensities."""
    assert rounds.playcall[-1] > 1.1 * rounds.playcall[0]


def test_every_answer_of_a_round_is_a_label_of_the_next_training_set(rounds):
    assert rounds.labels[1] - rounds.labels[0] == rounds.answered[1] - rounds.answered[0]
