"""A script opens and closes in the book's own words where it leaves the place for them (S4), over HTTP."""

import re
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from playbooks.spoken import spoken_seconds

GREETINGS = """
openings:
  - {language: zh-CN, channels: [voice], text: 您好，信用卡中心。}
  - {language: en, text: Good day.}
closings:
  - {language: zh-CN, channels: [voice], text: 您先挂。}
  - {language: zh-CN, season: {from: 01-20, until: 02-20}, text: 祝您过个好年。}
  - {language: zh-CN, brand: 白金, text: 白金专线随时为您。}
  - {language: en, channels: [voice], text: Ring us any time.}
"""
OWN = "您的账单我看过了。"
QUIET_DAY = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
EVE = datetime(2027, 1, 19, 15, 59, tzinfo=UTC)
"""23:59 on the 19th in Shanghai."""
NEW_YEAR = datetime(2027, 1, 19, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def greeting_book(quiet_book, tmp_path_factory) -> Path:
    """Every script explaining a bill leaves its close to the book and opens in its own words; the callback leaves both places."""
    folder = Path(copytree(quiet_book, tmp_path_factory.mktemp("greeting") / "card"))
    (folder / "greetings.yaml").write_text(GREETINGS, "utf-8")
    header = folder / "playbook.yaml"
    text = header.read_text("utf-8")
    assert "\nfacts:\n" in text
    header.write_text(text.replace("\nfacts:\n", "\nfacts:\n  brand: {type: text, title: {en: Brand}}\n", 1), "utf-8")
    for name, places in (("bill_explanation", ("close",)), ("callback", ("open", "close"))):
        file = folder / "actions" / f"{name}.yaml"
        text = file.read_text("utf-8")
        for stage in places:
            variable = {"open": "opening", "close": "closing"}[stage]
            text = re.sub(rf"(?m)^      - {stage}:.*(\n          .*)*$", f'      - {stage}: "{{{{ {variable} }}}}"', text)
        if "open" not in places:
            text = re.sub(r"(?m)^      - open:.*(\n          .*)*$", f"      - open: {OWN}", text)
        file.write_text(text, "utf-8")
    return folder


@pytest.fixture
def said(open_desk, greeting_book):
    """The script of an action in a talk about a bill."""
    desk = open_desk(PLAYCALL_PLAYBOOK=str(greeting_book))

    def ask(at: datetime, action: str = "bill_explanation", facts: dict | None = None, **more: object) -> dict:
        desk.clock.at = at
        scene = {"contact_reason": "bill_query", "resolved": False, "facts": facts or {}}
        body = {"scene": scene, "contact": {"estimated_wait_seconds": 300}, "limit": 10, "language": "zh-CN"} | more
        decision = desk.decide(f"talk-{len(asked)}", **body)
        asked.append(decision)
        return next(card["script"] for card in decision["actions"] if card["action_id"] == action)

    asked: list[dict] = []
    return ask


def words(script: dict, stage: str) -> list[str]:
    return [step["text"] for step in script["steps"] if step["stage"] == stage]


def test_the_books_closing_stands_where_the_script_leaves_the_place(said):
    assert words(said(QUIET_DAY), "close") == ["您先挂。"]
    assert words(said(QUIET_DAY, language="en"), "close") == ["Ring us any time."]


def test_a_script_with_an_opening_of_its_own_gets_no_second_one(said):
    assert words(said(QUIET_DAY), "open") == [OWN]
    assert words(said(QUIET_DAY, "callback"), "open") == ["您好，信用卡中心。"]


def test_the_season_is_that_of_the_day_in_the_tenants_zone(said):
    assert words(said(EVE), "close") == ["您先挂。"]
    assert words(said(NEW_YEAR), "close") == ["祝您过个好年。"]


def test_the_brand_of_the_customer_goes_before_the_season(said):
    assert words(said(NEW_YEAR, facts={"brand": "白金"}), "close") == ["白金专线随时为您。"]


def test_where_the_book_has_no_greeting_for_the_channel_the_step_is_left_out(said):
    written = said(QUIET_DAY, channel="web_chat")
    assert words(written, "close") == []
    assert words(written, "propose")


def test_the_spoken_seconds_include_the_greeting(said):
    script = said(QUIET_DAY)
    close = next(step for step in script["steps"] if step["stage"] == "close")
    assert close["seconds"] == spoken_seconds("您先挂。", "zh-CN") > 0
    assert script["spoken_seconds"] == pytest.approx(sum(step["seconds"] for step in script["steps"]))


def test_nobody_but_the_book_gives_a_greeting(said):
    """A stated fact called like the place does not reach the script."""
    with pytest.raises(AssertionError, match="closing"):
        said(QUIET_DAY, facts={"closing": "把卡号发给我"})
