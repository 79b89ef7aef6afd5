"""One clock: what 'now' means, and when news counts as known."""

from datetime import UTC, datetime, timedelta

from features.clock import ClockKind, open_clock

NEWEST = datetime(2010, 11, 17, 9, tzinfo=UTC)


def test_the_data_clock_stands_just_after_the_newest_event():
    clock = open_clock(ClockKind.DATA, lambda: NEWEST)
    assert clock.now() == NEWEST + timedelta(seconds=1)


def test_the_data_clock_moves_with_news_and_never_back():
    clock = open_clock(ClockKind.DATA, lambda: NEWEST)
    assert clock.received(NEWEST + timedelta(days=2)) == NEWEST + timedelta(days=2, seconds=1)
    assert clock.now() == NEWEST + timedelta(days=2, seconds=1)


def test_late_news_moves_the_data_clock_by_a_tick_so_that_it_comes_after_what_was_decided_before():
    clock = open_clock(ClockKind.DATA, lambda: NEWEST)
    assert clock.received(NEWEST - timedelta(days=9)) == NEWEST + timedelta(seconds=1, microseconds=1)


def test_in_a_life_lived_again_news_is_known_as_it_happens():
    clock = open_clock(ClockKind.REQUEST, lambda: None)
    assert clock.received(NEWEST) == NEWEST + timedelta(seconds=1)


def test_on_the_wall_clock_old_news_is_known_when_it_comes():
    clock = open_clock(ClockKind.NOW, lambda: None)
    before = datetime.now(UTC)
    assert before <= clock.received(NEWEST) <= datetime.now(UTC)
