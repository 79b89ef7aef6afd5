"""Rows weighed by the logged probability: what was seldom shown counts more, and where everything was shown alike nothing changes."""

import numpy as np
import pyarrow as pa
import pytest
from small_model import SCHEMA, rows

from training.fit import fit
from training.training_set import TrainingSet
from training.weighing import MOST, Weighing, logged_weight

ROWS = 4000
AT = np.datetime64("2026-01-01", "us") + np.arange(ROWS) * np.timedelta64(1, "h")


def past(label: np.ndarray, probability: np.ndarray | None, table: pa.Table | None = None) -> TrainingSet:
    return TrainingSet(SCHEMA, rows(ROWS) if table is None else table, label, AT, probability)


def test_the_weights_are_one_over_the_probability_by_hand():
    assert logged_weight(np.array([0.5, 0.25, 0.25])) == pytest.approx(np.array([0.6, 1.2, 1.2]))


def test_a_row_nobody_logged_counts_like_an_average_one_and_none_more_than_ten_ordinary_ones():
    assert logged_weight(np.array([np.nan, 0.0, 0.3, 0.3])) == pytest.approx(np.ones(4))
    assert logged_weight(np.full(3, np.nan)) == pytest.approx(np.ones(3))
    weight = logged_weight(np.r_[np.full(999, 0.5), 1e-6])
    assert weight.mean() == pytest.approx(1.0)
    assert weight[-1] / weight[0] == pytest.approx(MOST)


def test_rows_read_elsewhere_are_weighed_by_the_rows_that_are_here():
    """A share is weighed as it would be among all, and one that only the others hold by the same bound."""
    probability = np.r_[np.random.default_rng(5).uniform(0.1, 1, 500), np.nan, 1e-6]
    weighing = Weighing.of(probability)
    np.testing.assert_array_equal(weighing(probability[400:]), logged_weight(probability)[400:])
    assert weighing(np.array([1e-9])) == weighing(np.array([1e-6]))


@pytest.fixture(scope="module")
def log() -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """Action a is shown to the old nine times in ten and to the young once; what decides is a bend in age that a line does not follow."""
    table, dice = rows(ROWS), np.random.default_rng(3)
    age = table["age"].to_numpy()
    likely = np.where(age > 45, 0.9, 0.1)
    action = np.where(dice.random(ROWS) < likely, "a", "b")
    probability = np.where(action == "a", likely, 1 - likely)
    score = np.where(action == "a", np.where(age > 45, -2.0 + 0.1 * (age - 45), 1.5), -1.0)
    label = (dice.random(ROWS) < 1 / (1 + np.exp(-score))).astype(float)
    return table.set_column(table.column_names.index("action_id"), "action_id", pa.array(action.tolist())), label, probability


def test_where_everything_was_shown_alike_the_model_is_the_same(log):
    table, label, _ = log
    alike = past(label, np.full(ROWS, 0.25), table)
    plain, weighed = fit(alike, 1).scorer, fit(alike, 1, weighed=True).scorer
    assert weighed.predict(table) == pytest.approx(plain.predict(table), abs=1e-9)


def test_without_a_logged_probability_nothing_is_weighed(log):
    table, label, probability = log
    told, untold = past(label, probability, table), past(label, None, table)
    assert fit(untold, 1, weighed=True).scorer.predict(table) == pytest.approx(fit(told, 1).scorer.predict(table))


def test_what_was_seldom_shown_is_believed_more(log):
    """The young who were shown a said yes far more often: the weighed model says so more clearly."""
    table, label, probability = log
    log_of_all = past(label, probability, table)
    seldom = (table["age"].to_numpy() < 45) & (np.array(table["action_id"].to_pylist()) == "a")
    plain, weighed = (fit(log_of_all, 1, weighed=one).scorer.predict(table)[seldom].mean() for one in (False, True))
    seen = label[seldom].mean()
    assert abs(weighed - seen) < abs(plain - seen)
