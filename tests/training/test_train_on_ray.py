"""`train --engine ray`: every tree is grown from all rows, wherever they lie, and the model is as good as one grown here."""

import json

import numpy as np
import pytest
import ray
from click.testing import CliRunner

from features.home import Home
from serving.cli.main import playcall
from training.engine_ray import on_ray
from training.evaluation.losses import losses
from training.propensity.boosting import Boosting, Grow, grow_here
from training.propensity.shares import shares_of
from training.registry import CHALLENGER, Registry

NAMES = ("mood", "age", "word", "rarely_known", "noise")
WORD, ROWS, ROUNDS = 2, 6_001, 40
NOISE = 0.003
"""Of the log loss on rows not learned from: another seed moves it by several times as much."""
ALL_ROWS = {"bagging_fraction": 1.0}


@pytest.fixture(scope="module")
def grow():
    """Two processors, whatever the machine has."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    with on_ray(None) as engine:
        yield engine.grow
    ray.shutdown()


def table(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers with gaps, a word whose code says little by its order, and a column that three rows know."""
    dice = np.random.default_rng(seed)
    x = dice.normal(size=(ROWS, len(NAMES)))
    x[:, WORD] = dice.integers(0, 12, ROWS)
    score = x[:, 0] + np.where(x[:, WORD] % 3 == 0, 1.0, -1.0)
    x[dice.random(x.shape) < 0.1] = np.nan
    x[3:, 3] = np.nan
    return x, (dice.random(ROWS) < 1 / (1 + np.exp(-score))).astype(float)


def fitted(grow: Grow, seed: int = 1, **tuned: float) -> Boosting:
    return Boosting.fit(*table(1), NAMES, [WORD], ROUNDS, seed, tuned=tuned, grow=grow)


def trees(model: Boosting) -> list[dict]:
    return [tree["tree_structure"] for tree in model.booster.dump_model()["tree_info"]]


def held_out_loss(model: Boosting) -> float:
    x, y = table(2)
    return float(losses(y, 1 / (1 + np.exp(-model.predict(x)))).mean())


def test_the_root_of_a_tree_has_seen_the_rows_of_every_worker(grow):
    assert trees(fitted(grow, **ALL_ROWS))[0]["internal_count"] == ROWS
    drawn = trees(fitted(grow))[0]["internal_count"]
    assert drawn == pytest.approx(0.8 * ROWS, rel=0.05), "a worker that trains alone has drawn 0.4 of them"


def test_the_first_split_is_the_one_found_here(grow):
    """So the bins, the missing values and the words are those of all rows, and every row is in the sums."""
    there, here = (trees(fitted(way, **ALL_ROWS))[0] for way in (grow, grow_here))
    for said in ("split_feature", "threshold", "missing_type", "default_left", "internal_count"):
        assert there[said] == here[said]
    assert there["split_gain"] == pytest.approx(here["split_gain"], rel=1e-6)


def test_rows_not_learned_from_are_told_as_well_as_by_the_model_grown_here(grow):
    here, there, nobody = held_out_loss(fitted(grow_here)), held_out_loss(fitted(grow)), float(np.log(2))
    assert there == pytest.approx(here, abs=NOISE)
    assert there < nobody - 20 * NOISE


def test_a_seed_is_a_model_there_too_and_tells_of_no_machine(grow):
    one, again = (fitted(grow).booster.model_to_string() for _ in range(2))
    assert one == again
    assert "[tree_learner: data]" in one
    assert "[num_machines: 2]" in one
    assert "127.0.0.1" not in one
    assert "machines: 1" not in one.replace("num_machines", "")


def test_the_reasons_of_such_a_model_add_up_to_what_it_says(grow):
    x, _ = table(2)
    model = fitted(grow)
    np.testing.assert_allclose(model.contributions(x).sum(axis=1), model.predict(x), rtol=0, atol=1e-9)


def test_the_shares_hold_every_row_once_and_are_small():
    import lightgbm as lgb

    x, y = table(1)
    shares = list(shares_of(lgb.Dataset(x, y, params={"verbosity": -1, "max_bin": 63}), 4))
    assert len(shares) == 4
    assert sum(map(len, shares)) < x.nbytes / 2


def test_the_verb_gives_the_metrics_of_the_local_engine(home: Home, grow):
    here, there = (told(home, engine) for engine in ("local", "ray"))
    assert there["labels"] == here["labels"]
    assert there["rounds"] == here["rounds"]
    assert there["metrics"]["log_loss"] == pytest.approx(here["metrics"]["log_loss"], abs=NOISE)
    assert there["metrics"]["auc"] == pytest.approx(here["metrics"]["auc"], abs=NOISE)
    grown = Registry(home).load(CHALLENGER).blend.boosted[0]
    assert "[num_machines: 2]" in grown.booster.model_to_string()
    assert trees(grown)[0]["internal_count"] == pytest.approx(0.8 * 0.9 * there["labels"], rel=0.1)


def told(home: Home, engine: str) -> dict:
    ran = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, ["train", "--clock", "data", "--engine", engine, "--json"])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_without_ray_the_mend_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("training.cli.train.importlib.util.find_spec", lambda name: None)
    refused = CliRunner(env={"PLAYCALL_HOME": str(tmp_path)}).invoke(playcall, ["train", "--engine", "ray"])
    assert refused.exit_code == 2
    assert "pip install playcall[ray]" in refused.output
