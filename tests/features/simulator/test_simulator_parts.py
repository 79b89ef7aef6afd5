"""The small parts: months, choices, memory, columns."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.simulator.columns import Columns, stack
from features.simulator.dice import Ints, pick_rows, running, stream
from features.simulator.logged_policy import rank
from features.simulator.memory import Memory
from features.simulator.months import day_of_month, month_edges, month_of
from features.simulator.words import ACTION_IDS, DAY


@given(st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)), st.integers(1, 60))  # noqa: DTZ001
def test_months_follow_one_another_up_to_the_end(end: datetime, months: int) -> None:
    edges = month_edges(end, months)
    assert edges[-1] == int(end.timestamp())
    assert len(edges) == months + 1
    assert (np.diff(edges) >= 27 * DAY).all()
    assert (np.diff(edges) <= 35 * DAY).all()
    assert list(month_of(edges, edges[:-1])) == list(range(months))


def test_the_day_of_the_month_is_the_calendar_s() -> None:
    days = [datetime(2024, 2, 29, 23, 59, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)]
    assert list(day_of_month(np.array([int(day.timestamp()) for day in days]))) == [29, 1]


def test_choices_follow_their_weights() -> None:
    sums = running(np.tile([1.0, 0.0, 3.0], (20_000, 1)))
    share = np.bincount(pick_rows(sums, stream(1, "life")), minlength=3) / 20_000
    assert share[1] == 0.0
    assert abs(share[0] - 0.25) < 0.02


def test_ranks_never_repeat_an_action_and_never_take_a_forbidden_one() -> None:
    allowed = np.random.default_rng(2).random((2_000, len(ACTION_IDS))) < 0.2
    ranking = rank(allowed, stream(2, "life"))
    for row in range(len(allowed)):
        chosen = [slot for slot in ranking.action[row] if slot >= 0]
        assert len(set(chosen)) == len(chosen)
        assert allowed[row, chosen].all()
        assert bool(chosen) == bool(allowed[row].any())
    assert ((ranking.probability > 0) == (ranking.action >= 0)).all()


def test_memory_counts_its_window_and_nothing_of_this_second() -> None:
    memory, one, first = Memory.empty(1, 1, 10), np.array([0]), np.array([0])
    memory.note(one, first, np.array([100]))
    assert memory.count(one, first, np.array([100]))[0] == 0
    assert memory.count(one, first, np.array([101]))[0] == 1
    assert memory.count(one, first, np.array([110]))[0] == 0


@dataclass(frozen=True, slots=True)
class _Pair(Columns):
    row: Ints
    other: Ints


def test_columns_are_cut_shifted_and_stacked_together() -> None:
    pair = _Pair(np.array([0, 1]), np.array([7, 8]))
    joined = stack([pair, pair.shift(row=2).take(np.array([1]))])
    assert list(joined.row) == [0, 1, 3]
    assert list(joined.other) == [7, 8, 8]
    assert len(joined) == 3
