"""Where the level of the day moves, a talk too late for the last known level is answered by members that do without it."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from small_model import AT, SCHEMA, TALK, customer, rows

from features.moments import naive_utc
from training.fit import LEAST_TO_MOVE, fit, level_moves
from training.recent import MEMORIES, recent_log_odds
from training.saved import UNTOLD, SavedScorer
from training.talk import RECENT_NUMBERS
from training.training_set import TrainingSet

MINUTE = np.timedelta64(60_000_000, "us")
ROWS = LEAST_TO_MOVE + 500


def past(rise: float, count: int = ROWS) -> TrainingSet:
    """A row a minute; in the newest fifth the log-odds of a yes are higher by `rise`. The spend says yes too."""
    table, dice = rows(count), np.random.default_rng(4)
    at = np.datetime64(naive_utc(AT), "us") + MINUTE * np.arange(count)
    risen = rise * (np.arange(count) > 0.8 * count)
    label = (dice.random(count) < 1 / (1 + np.exp(2 - risen - table["spend_30d"].to_numpy() / 1500))).astype(float)
    micros = at.astype(np.int64)
    for name, level in zip(RECENT_NUMBERS, recent_log_odds(micros, micros, label).T, strict=True):
        table = table.set_column(table.column_names.index(name), name, pa.array(level))
    return TrainingSet(SCHEMA, table, label, at)


@pytest.fixture(scope="module")
def moving() -> SavedScorer:
    return fit(past(2.0), 1).scorer


@pytest.fixture(scope="module")
def one():
    return customer(rows(3).to_pylist()[2])


def test_the_last_level_speaks_as_long_as_its_answers_took_and_not_longer(moving, one):
    end = AT + timedelta(minutes=ROWS - 1)
    assert moving.stale_from == end + timedelta(minutes=MEMORIES[-1] - 1)
    known = replace(TALK, recent=moving.recent)
    for at, told in ((end, True), (moving.stale_from - timedelta(seconds=1), True), (moving.stale_from, False)):
        silent = moving.score(one, replace(TALK, recent=None, at=at), ["a"]).propensity
        assert np.array_equal(silent, moving.score(one, replace(known, at=at), ["a"]).propensity) is told


def test_the_untold_members_ask_for_no_level_and_say_so_in_their_reasons(moving, one):
    late = replace(TALK, recent=None, at=moving.stale_from)
    other = replace(moving, recent=(3.0, 3.0))
    assert np.array_equal(moving.score(one, late, ["a", "b"]).propensity, other.score(one, late, ["a", "b"]).propensity)
    assert not set(RECENT_NUMBERS) & {name for name, moved in moving.contributions(one, late, "a", 50) if moved}
    assert set(RECENT_NUMBERS) & {name for name, moved in moving.contributions(one, TALK, "a", 50) if moved}


def test_talks_and_rows_of_a_table_are_answered_by_the_same_members(moving, one):
    table = past(2.0).rows.slice(0, 4)
    times = [moving.stale_from + timedelta(minutes=minutes) for minutes in (-2, -1, 0, 1)]
    talks = [replace(TALK, recent=None, at=at) for at in times]
    for talk, speaker in zip(talks, (moving.blend, moving.blend, moving.untold, moving.untold), strict=True):
        assert moving.speaker(talk)[0] is speaker
    served = moving.predict_as_served(table, np.array([np.datetime64(naive_utc(at)) for at in times]))
    assert moving.untold is not None
    late = moving.untold.predict(moving.columns.matrix(table))[2:]
    assert np.allclose(served[2:], 1 / (1 + np.exp(-late)), atol=1e-12)
    assert not np.allclose(served[2:], moving.predict(table)[2:], atol=1e-3)


def test_it_is_kept_with_the_model(moving, one, tmp_path):
    moving.save(tmp_path)
    loaded, late = SavedScorer.load(tmp_path, "1"), replace(TALK, recent=None, at=moving.stale_from)
    assert (tmp_path / UNTOLD / "model.txt").exists()
    assert np.allclose(loaded.score(one, late, ["a", "b"]).propensity, moving.score(one, late, ["a", "b"]).propensity, atol=1e-12)
    assert loaded.stale_from == moving.stale_from


@pytest.mark.parametrize("steady", [past(0.0), past(2.0, LEAST_TO_MOVE - 500)], ids=["steady", "few rows"])
def test_a_steady_level_and_one_of_few_rows_need_no_untold_members(steady):
    assert fit(steady, 1).scorer.untold is None


def test_a_rate_that_only_wanders_by_chance_does_not_move():
    dice = np.random.default_rng(7)
    assert not any(level_moves((dice.random(ROWS) < 0.1).astype(float)) for _ in range(200))
    assert level_moves((dice.random(ROWS) < np.linspace(0.05, 0.2, ROWS)).astype(float))
