"""A slip of the keys does not hide a word."""

import pytest

from playbooks.spelling import Spelling

WORDS = Spelling(["instalment", "annual", "password", "redeem", "nianfei", "fee", "travel", "trave"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("anual", ["annual"]),
        ("annuaal", ["annual"]),
        ("pasword", ["password"]),
        ("passwort", ["password"]),
        ("nianfie", ["nianfei"]),
        ("redeme", ["redeem"]),
        ("travl", ["trave", "travel"]),
        ("travex", ["trave", "travel"]),
    ],
)
def test_one_slip_is_forgiven(typed: str, meant: list[str]) -> None:
    assert WORDS.near(typed) == meant


@pytest.mark.parametrize("typed", ["annual", "fea", "anxuaal", "instal", "", "a" * 60])
def test_a_word_that_is_right_short_or_far_off_stays_as_it_is(typed: str) -> None:
    assert WORDS.near(typed) == []
