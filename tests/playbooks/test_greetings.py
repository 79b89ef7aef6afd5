"""A talk begins and ends in the words of brand, season and channel."""

from datetime import date

import pytest

from playbooks.greetings import greeting, in_season
from playbooks.lint.finding import Severity
from playbooks.lint.run import lint_contents
from playbooks.load import default_book, load_playbook
from playbooks.reading.files import read_contents
from playbooks.schema.playbook import Greeting, Playbook
from playbooks.schema.script import Script

MARCH = date(2026, 3, 10)


def said(text: str, *channels: str, brand: str = "", season: tuple[str, str] | None = None, language: str = "en") -> Greeting:
    begin, end = season or (None, None)
    return Greeting(frozenset(channels), language, brand, begin, end, text, "greetings.yaml:1")


USUAL = (
    said("hello"),
    said("hello on the phone", "voice"),
    said("hello again on the phone", "voice"),
    said("spring", season=("03-01", "03-31")),
    said("platinum", "voice", brand="platinum"),
    said("您好", language="zh-CN"),
)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"channel": "sms", "day": date(2026, 6, 1)}, "hello"),
        ({"channel": "voice", "day": date(2026, 6, 1)}, "hello on the phone"),
        ({"channel": "voice", "day": MARCH}, "spring"),
        ({"channel": "voice", "day": MARCH, "brand": "platinum"}, "platinum"),
        ({"channel": "sms", "day": MARCH, "brand": "platinum"}, "spring"),
        ({"channel": "sms", "day": MARCH, "brand": "unheard of"}, "spring"),
    ],
)
def test_brand_goes_before_season_and_season_before_channel(asked: dict, answer: str) -> None:
    assert greeting(USUAL, language="en", **asked) == answer


def test_nothing_is_said_in_another_language_or_for_another_channel() -> None:
    assert greeting(USUAL, channel="voice", language="zh-CN", day=MARCH) == "您好"
    assert greeting(USUAL, channel="voice", language="fr", day=MARCH) is None
    assert greeting([said("phone only", "voice")], channel="sms", language="en", day=MARCH) is None


@pytest.mark.parametrize(
    ("day", "inside"),
    [("2025-12-19", False), ("2025-12-20", True), ("2025-12-31", True), ("2026-01-01", True), ("2026-01-05", True), ("2026-01-06", False)],
)
def test_a_season_may_run_over_new_year(day: str, inside: bool) -> None:
    assert in_season(said("x", season=("12-20", "01-05")), date.fromisoformat(day)) is inside


def test_the_card_book_greets_on_every_channel_on_every_day_of_a_year() -> None:
    book = load_playbook(default_book())
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + number) for number in range(365)]
    for greetings in (book.openings, book.closings):
        for language in book.languages:
            for channel in book.channels:
                assert all(greeting(greetings, channel=channel, language=language, day=day) for day in days)
    assert "过年" in str(greeting(book.openings, channel="voice", language="zh-CN", day=date(2026, 2, 1)))
    assert "白金" in str(greeting(book.openings, channel="voice", language="zh-CN", day=date(2026, 2, 1), brand="白金"))


def leaving_the_close(book: Playbook) -> list[Script]:
    return [one for action in book.actions.values() for one in action.scripts if any("closing" in step.text for step in one.steps)]


def test_lint_counts_the_longest_greeting_that_may_stand_in_a_script() -> None:
    contents = read_contents(default_book())
    contents["greetings.yaml"] += (
        f"  - {{language: zh-CN, channels: [voice], season: {{from: 02-29, until: 02-29}}, text: {'好' * 200}}}\n".encode()
    )
    found = [one for one in lint_contents("card", contents, None, None) if one.rule == "spoken-length"]
    assert {one.severity for one in found} == {Severity.ERROR, Severity.WARNING}
    assert any("bill_explanation-warm-zh" in one.message for one in found)
    leaving = {script.script_id for script in leaving_the_close(load_playbook(default_book()))}
    assert all(one.message.split("'")[1] in leaving for one in found), found
