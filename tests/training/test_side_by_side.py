"""Work shared among threads gives what it gives on one: the same numbers, in the same order."""

import numpy as np
import pytest

from training import side_by_side as threads
from training.propensity.linear import Linear, Regressors
from training.recent import Level
from training.side_by_side import BLOCK, by_block, by_column, side_by_side

ROWS = 3 * BLOCK + 5


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MANY_ROWS", 1)


def test_blocks_cover_every_row_once_and_in_order(shared):
    assert [row for block in by_block(lambda block: range(block.start, block.stop), ROWS) for row in block] == list(range(ROWS))
    assert list(by_block(lambda block: block, 0)) == []


def test_the_answers_come_in_the_order_of_the_items(shared):
    assert side_by_side(lambda item: -item, range(20)) == by_column(lambda item: -item, range(20), ROWS) == [-item for item in range(20)]


def test_what_fails_on_a_thread_fails_here():
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 // item, [1, 0])


def test_a_linear_member_is_the_same_on_one_thread_and_on_several(monkeypatch):
    dice = np.random.default_rng(1)
    x = np.column_stack([dice.normal(size=(ROWS, 3)), dice.integers(0, 4, ROWS), dice.integers(0, 3, ROWS)])
    x[dice.random(ROWS) < 0.1, 0] = np.nan
    label = (dice.random(ROWS) < 1 / (1 + np.exp(-x[:, 1]))).astype(float)

    def fitted() -> dict[str, object]:
        return Linear.of(Regressors.of(x, numbers=[0, 1, 2], texts=[3], plain=[2], action=4), label).to_json()

    alone = fitted()
    monkeypatch.setattr(threads, "MANY_ROWS", 1)
    assert fitted() == alone


def test_the_level_of_the_day_does_not_feel_where_a_block_ends():
    label = (np.random.default_rng(2).random(2 * BLOCK + 3) < 0.3).astype(float)
    level, expected, seen = Level.of(np.arange(len(label)), label).log_odds, 0.0, 0.0
    for answer in label:
        expected, seen = expected * (1 - 1 / 50) + answer, seen * (1 - 1 / 50) + 1
    overall = (label.sum() + 1) / (len(label) + 2)
    rate = (expected + 5 * overall) / (seen + 5)
    assert level[-1, 0] == pytest.approx(np.log(rate / (1 - rate)), abs=1e-12)
