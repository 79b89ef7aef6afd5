"""The linear member: every row for itself, and a score that can be taken apart."""

import numpy as np
import pytest

from training.propensity.linear import Linear

ACTIONS = 5


@pytest.fixture(scope="module")
def linear() -> Linear:
    """Learned from 3,000 rows: two numbers with gaps, a word of three, and the action in the last column, one of them rare."""
    rng = np.random.default_rng(3)
    numbers = np.where(rng.random((3000, 2)) < 0.1, np.nan, rng.normal(size=(3000, 2)) * 50)
    action = rng.choice(ACTIONS, 3000, p=[0.3, 0.3, 0.2, 0.195, 0.005])
    x = np.column_stack([numbers, rng.integers(0, 3, 3000), action]).astype(np.float64)
    label = (rng.random(3000) < np.where(action == 1, 0.4, 0.1)).astype(np.float64)
    return Linear.fit(x, label, numbers=[0, 1], texts=[2], plain=[], action=3)


@pytest.mark.parametrize("customer", [(12.0, -3.0, 1.0), (np.nan, 400.0, np.nan), (0.0, np.nan, 2.0)])
def test_what_the_columns_moved_adds_up_to_the_score(linear, customer):
    candidates = np.array([[*customer, action] for action in [4.0, 1.0, 0.0, np.nan, 1.0, 3.0, 2.0, 17.0]])
    alone = np.concatenate([linear.predict(row[None]) for row in candidates])
    parts, _ = linear.by_column(candidates)
    np.testing.assert_allclose(linear.predict(candidates), parts.sum(axis=1), rtol=0, atol=1e-12)
    assert len(set(alone.round(9))) >= ACTIONS


def test_rows_of_several_customers_are_each_their_own(linear):
    rows = np.array([[1.0, 2.0, 0.0, 1.0], [1.0, 2.0, 0.0, 2.0], [9.0, 2.0, 0.0, 1.0]])
    np.testing.assert_allclose(linear.predict(rows), np.concatenate([linear.predict(row[None]) for row in rows]), rtol=0, atol=1e-12)
