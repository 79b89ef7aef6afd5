"""One key cannot ask for more than its share, and no key pays for another."""

import pytest

from serving.access import limits as module
from serving.access.limits import Limits
from serving.errors import TooOften


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        at = 100.0

        def monotonic(self) -> float:
            return self.at

    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def taken(limits: Limits, count: int, key: str = "k", tenant: str = "t") -> int:
    given = 0
    for _ in range(count):
        try:
            limits.take(tenant, key)
        except TooOften:
            continue
        given += 1
    return given


def test_a_second_gives_what_the_rate_says(clock):
    limits = Limits(10.0)
    assert taken(limits, 50) == 10
    clock.at += 0.5
    assert taken(limits, 50) == 5
    clock.at += 60.0
    assert taken(limits, 50) == 10


def test_the_refusal_says_when_to_come_again(clock):
    limits = Limits(4.0)
    taken(limits, 4)
    with pytest.raises(TooOften) as refused:
        limits.take("t", "k")
    clock.at += refused.value.retry_after
    limits.take("t", "k")


def test_keys_and_tenants_do_not_pay_for_each_other(clock):
    limits = Limits(1.0)
    assert taken(limits, 5) == 1
    assert taken(limits, 5, key="another") == 1
    assert taken(limits, 5, tenant="another") == 1


def test_a_rate_below_one_still_lets_one_through(clock):
    limits = Limits(0.5)
    assert taken(limits, 3) == 1
    clock.at += 2.0
    assert taken(limits, 3) == 1


def test_the_number_of_callers_remembered_is_bounded(clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_CALLERS", 10)
    limits = Limits(5.0)
    for number in range(100):
        limits.take("t", f"k{number}")
    assert len(limits._buckets) == 10
