"""What is a yes, what is a no, what is not yet: the rules of the contract, one test a rule."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from training.errors import TrainingError
from training.labels import OutcomeEvent, label

START = datetime(2026, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


def event(outcome: str, day: float, known: float | None = None) -> OutcomeEvent:
    return OutcomeEvent(outcome, START + timedelta(days=day), START + timedelta(days=day if known is None else known))


def value(*events: OutcomeEvent, day: float = 100) -> int | None:
    return label(events, WEEK, START + timedelta(days=day)).value


def test_only_what_was_presented_has_a_label():
    assert value() is None
    assert value(event("presented", 0), day=1) is None


def test_silence_for_the_window_is_a_no_and_a_late_yes_takes_it_back():
    assert value(event("presented", 0), day=8) == 0
    assert value(event("presented", 0), event("accepted", 10), day=9) == 0
    assert value(event("presented", 0), event("accepted", 10), day=11) == 1


@pytest.mark.parametrize("order", list(permutations(["converted", "accepted", "cancelled"])))
def test_a_cancellation_after_the_yes_is_a_no_in_whatever_order_the_news_comes(order):
    days = {"accepted": 1, "converted": 2, "cancelled": 3}
    assert value(*(event(outcome, days[outcome]) for outcome in order)) == 0


def test_a_conversion_outranks_what_was_said():
    assert value(event("declined", 1), event("converted", 2)) == 1


def test_an_outcome_known_later_is_not_seen_yet():
    assert value(event("accepted", 1, known=20), day=10) is None


def test_a_word_that_is_no_outcome_is_refused():
    with pytest.raises(TrainingError, match="presented, accepted"):
        value(event("maybe", 1))
