"""The compiled walk gives LightGBM's own numbers, whatever the missing values, the words and the number of rows."""

import lightgbm as lgb
import numpy as np
import pytest
from needs import missing

from training.propensity import compiled
from training.propensity.boosting import Boosting
from training.propensity.compiled import CompiledTrees


@pytest.fixture
def compiler():
    if compiled.library() is None:
        missing("no working `cc` here, so there is no compiled walk; install a C compiler")


def table(rows: int, dice: np.random.Generator) -> np.ndarray:
    x = dice.normal(size=(rows, 12))
    x[dice.random(x.shape) < 0.15] = np.nan
    x[:, 3] = np.where(dice.random(rows) < 0.5, 0.0, x[:, 3])
    x[:, 10:] = dice.integers(0, 70, (rows, 2))
    return x


def model(**settings) -> tuple[lgb.Booster, np.ndarray]:
    dice = np.random.default_rng(4)
    x = table(3000, dice)
    label = (np.nan_to_num(x[:, 0]) + (x[:, 11] % 5 == 0) + dice.normal(size=3000) > 0.5).astype(float)
    rows = lgb.Dataset(x, label, categorical_feature=[10, 11])
    booster = lgb.train({"objective": "binary", "num_leaves": 15, "verbosity": -1, "seed": 1, "num_threads": 1, **settings}, rows, 40)
    return booster, table(400, dice)


@pytest.mark.parametrize("settings", [{}, {"zero_as_missing": True}, {"use_missing": False}])
@pytest.mark.parametrize("rows", [1, 63, 64, 65, 400])
def test_the_same_numbers_as_lightgbm(compiler, settings, rows):
    booster, x = model(**settings)
    x[::3, 11], x[::5, 10], x[::7, 10] = 999, -3, np.nan
    walked = CompiledTrees.of(booster.dump_model())
    assert walked is not None
    assert np.allclose(walked.predict(x[:rows]), booster.predict(x[:rows], raw_score=True), rtol=0, atol=1e-9)


def test_candidates_of_one_customer_part_only_where_they_differ(compiler):
    booster, x = model()
    one = np.tile(x[5], (64, 1))
    one[:, 11] = np.arange(64)
    walked = CompiledTrees.of(booster.dump_model())
    assert walked is not None
    assert np.allclose(walked.predict(one), booster.predict(one, raw_score=True), rtol=0, atol=1e-9)
    assert len(np.unique(walked.predict(one))) > 1


def test_without_a_compiler_lightgbm_answers(monkeypatch, tmp_path):
    booster, x = model()
    booster.save_model(str(tmp_path / "model.txt"))
    monkeypatch.setattr(compiled, "library", lambda: None)
    loaded = Boosting.load(tmp_path / "model.txt")
    assert loaded.compiled is None
    assert np.array_equal(loaded.predict(x), booster.predict(x, raw_score=True))
