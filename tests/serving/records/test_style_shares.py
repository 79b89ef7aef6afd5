"""Who is advised in which style: counted from the records, and said where two groups are far apart."""

from collections import Counter

import pytest

from serving.records.style_shares import gaps


def gap(first: Counter, second: Counter, style: str = "warm"):
    return next(one for one in gaps({"female": first, "male": second}) if one.style == style)


def test_less_than_four_fifths_is_far_apart():
    found = gap(Counter(warm=600, concise=400), Counter(warm=300, concise=700))
    assert (found.most_to, found.least_to) == ("female", "male")
    assert found.ratio == pytest.approx(0.5)
    assert found.far_apart


def test_four_fifths_is_not():
    assert not gap(Counter(warm=6000, concise=4000), Counter(warm=4900, concise=5100)).far_apart


def test_chance_is_not():
    """9 of 120 against 6 of 120 is two thirds, and means nothing."""
    found = gap(Counter(warm=9, concise=111), Counter(warm=6, concise=114))
    assert found.ratio < 0.8
    assert not found.far_apart


def test_a_small_group_is_not_compared():
    assert gaps({"female": Counter(warm=600, concise=400), "male": Counter(warm=30, concise=69)}) == []


def test_a_style_that_one_group_never_hears_is_found():
    found = gap(Counter(warm=300), Counter(concise=300))
    assert (found.ratio, found.least_to, found.far_apart) == (0.0, "male", True)
