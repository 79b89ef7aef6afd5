"""Likings of words: found where they are, silent where there are none, the same after saving, and told with every score."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from small_model import TALK, customer, fitted, rows

from features.customer import FeatureSchema
from training.ahead import Ahead
from training.columns import Columns
from training.fit import fit
from training.likings import Likings, learn
from training.saved import SavedScorer
from training.training_set import TrainingSet

ROWS = 6000
STYLES = ("expert", "warm")
MIDDLE = 850.0


@pytest.fixture(scope="module")
def table():
    return rows(ROWS)


def said(seed: int = 5) -> list[str]:
    return np.random.default_rng(seed).choice(STYLES, ROWS).tolist()


def answers(table, style: list[str], taste: float) -> np.ndarray:
    """Three in ten say yes; `taste`: by how many log-odds who spends more likes it warm, and the other dislikes it as much."""
    above = np.sign(table["spend_30d"].to_numpy() - MIDDLE)
    warm = np.where(np.array(style) == "warm", 1.0, -1.0)
    chance = 1 / (1 + np.exp(0.85 - taste * above * warm))
    return (np.random.default_rng(6).random(ROWS) < chance).astype(float)


def learned(table, style, label) -> Likings | None:
    columns = Columns.of(schema(), table)
    flat = np.full(ROWS, -0.85)
    ahead = Ahead.of([(flat[start : start + 1200], label[start : start + 1200]) for start in (2400, 3600, 4800)])
    return learn(columns, columns.matrix(table), label, style, ahead=ahead, offset=flat)


def schema():
    return customer({"age": 1.0, "spend_30d": 1.0, "city": "Beijing"}).schema


def test_who_likes_which_words_is_found(table):
    style = said()
    likings = learned(table, style, answers(table, style, 0.6))
    assert likings is not None
    assert likings.styles == STYLES
    columns = Columns.of(schema(), table)
    shift = likings.predict(columns.matrix(table))
    above = table["spend_30d"].to_numpy() > MIDDLE
    assert (shift[above, 1] > shift[above, 0]).mean() > 0.8
    assert (shift[~above, 0] > shift[~above, 1]).mean() > 0.8


def test_what_goes_with_gender_is_never_read_off_it(table):
    """The very same of a column that says as much is learned."""
    style, gender = said(), np.random.default_rng(8).choice(["female", "male"], ROWS)
    told = table.append_column("gender", pa.array(gender)).append_column("shoes", pa.array(gender))
    likes = np.where((gender == "female") == (np.array(style) == "warm"), 0.6, -0.6)
    label = (np.random.default_rng(6).random(ROWS) < 1 / (1 + np.exp(0.85 - likes))).astype(float)
    for name, read in (("gender", False), ("shoes", True)):
        columns = Columns.of(FeatureSchema(("age", "spend_30d"), ("city", name)), told)
        likings = Likings.fit(columns, columns.matrix(told), label, style, np.full(ROWS, -0.85), pull=100.0)
        two = columns.matrix(told.slice(0, 2))
        two[1] = two[0]
        two[:, columns.names.index(name)] = (0, 1)
        one, other = likings.predict(two)
        assert (abs(one - other).max() > 0.2) == read
        assert (one == other).all() != read


def test_words_that_go_with_nobody_in_particular_are_no_likings(table):
    style = said()
    assert learned(table, style, answers(table, style, 0.0)) is None


@pytest.mark.parametrize(
    "style", [["warm"] * ROWS, [None] * ROWS, [*["warm"] * (ROWS - 50), *["expert"] * 50]], ids=["one", "none", "fifty"]
)
def test_it_takes_two_styles_with_answers(table, style):
    assert learned(table, style, answers(table, said(), 0.6)) is None


def test_what_the_propensity_has_wrong_for_all_styles_is_no_liking(table):
    """The older say yes twice as often, whatever the words, and the propensity does not know."""
    style = said()
    chance = np.where(table["age"].to_numpy() > 45, 0.4, 0.2)
    label = (np.random.default_rng(8).random(ROWS) < chance).astype(float)
    columns = Columns.of(schema(), table)
    likings = Likings.fit(columns, columns.matrix(table), label, style, np.full(ROWS, -0.85), 100.0)
    assert likings is not None
    assert np.abs(likings.predict(columns.matrix(table))).max() < 0.3


def with_likings(table) -> tuple[SavedScorer, Likings]:
    style = said()
    label = answers(table, style, 0.6)
    likings = learned(table, style, label)
    assert likings is not None
    return replace(fitted(table, label), likings=likings), likings


def test_a_saved_model_tells_the_same_likings_with_every_score(table, tmp_path):
    scorer, likings = with_likings(table)
    scorer.save(tmp_path / "model")
    again = SavedScorer.load(tmp_path / "model", "1")
    people = [customer(row) for row in table.slice(0, 20).to_pylist()]
    for one in people:
        alone = scorer.score(one, TALK, ["b"])
        assert set(alone.likings) == set(STYLES)
        assert [liking.yes for liking in alone.likings.values()] == list(likings.yes)
        assert scorer.score(one, TALK, ["a", "b"]).likings == alone.likings, "the action is no part of it"
        assert again.score(one, TALK, ["a"]).likings == alone.likings
        assert again.score(one, TALK, []).likings == {}


def test_a_model_of_an_older_release_tells_none(table, tmp_path):
    scorer, _ = with_likings(table)
    scorer.save(tmp_path / "model")
    (tmp_path / "model" / "likings.json").unlink()
    person = customer(table.slice(0, 1).to_pylist()[0])
    assert SavedScorer.load(tmp_path / "model", "1").score(person, TALK, ["a"]).likings == {}


def test_a_model_is_fitted_with_them(table):
    style = said()
    label = answers(table, style, 0.8)
    at = np.datetime64("2026-03-01T00:00:00", "us") + np.arange(ROWS).astype("timedelta64[m]")
    labelled = TrainingSet(schema(), table.append_column("style", [style]), label, at)
    known = fit(labelled, 1).scorer.likings
    assert known is not None
    assert set(known.styles) == set(STYLES)
