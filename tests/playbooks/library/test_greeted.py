"""The card book opens and closes its talks in the words of brand, channel and season (S4), as its scripts are really rendered."""

from datetime import date

import pytest

from playbooks.expression import Expression
from playbooks.greetings import greetings_of
from playbooks.render import Renderer
from playbooks.schema.playbook import Playbook
from playbooks.schema.variable import GREETINGS
from playbooks.template import parse_template

QUIET, SPRING_FESTIVAL, MAY_DAY = date(2026, 3, 10), date(2026, 2, 1), date(2026, 5, 2)
START = "self_service_guide-warm-start-zh"
START_TEXT = "self_service_guide-warm-start-text-zh"


def spoken(card: Playbook, script_id: str, *, channel: str, day: date = QUIET, brand: str = "") -> tuple[str, str]:
    """How this script begins and ends."""
    script = next(one for action in card.actions.values() for one in action.scripts if one.script_id == script_id)
    values = greetings_of(card, channel=channel, language=script.language, day=day, brand=brand)
    steps = Renderer(card).render(script, values, channel=channel)
    return steps[0][1], steps[-1][1]


def test_a_talk_begins_in_the_words_of_its_channel(card: Playbook) -> None:
    assert spoken(card, START, channel="voice")[0] == "您好，信用卡中心，我是您的服务专员，您请讲。"
    assert spoken(card, START, channel="branch")[0] == "您好，里边请。今天来办什么，我带您去。"
    assert spoken(card, START_TEXT, channel="wechat")[0] == "您好呀，有什么要办的，发消息或发语音都行。"


def test_a_talk_begins_and_ends_in_the_words_of_the_season(card: Playbook) -> None:
    assert spoken(card, START, channel="voice", day=SPRING_FESTIVAL) == (
        "过年好！给您拜年了，您有什么要办的？",
        "祝您和家里人过个好年，平平安安。",
    )
    assert spoken(card, START_TEXT, channel="app", day=MAY_DAY)[1] == "假期愉快，玩得开心。"


def test_a_talk_begins_and_ends_in_the_words_of_the_customers_brand(card: Playbook) -> None:
    opened, closed = spoken(card, START, channel="voice", day=SPRING_FESTIVAL, brand="白金")
    assert (opened, closed) == ("您好，白金专线，不用按键，您直接说。", "白金专线一直给您留着，有事您直接拨过来。")
    assert spoken(card, START_TEXT, channel="app", brand="青年")[0] == "嗨，来啦。有啥要弄的，尽管说。"


def test_a_greeting_opens_only_a_talk_whose_matter_is_not_known_yet(card: Playbook) -> None:
    """In the middle of a talk nobody says hello again."""
    opened = [
        (script.script_id, script.when)
        for action in card.actions.values()
        for script in action.scripts
        for step in script.steps
        if GREETINGS[0] in parse_template(step.text).variables
    ]
    assert len(opened) >= 4
    for script_id, when in opened:
        assert isinstance(when, Expression), script_id
        assert when({"scene.contact_reason": "bill_query", "talk.direction": "inbound"}) is False, script_id
        assert when({"talk.direction": "outbound"}) is False, script_id
        assert when({"talk.direction": "inbound"}) is True, script_id


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_many_talks_close_in_the_books_words_and_none_of_them_is_a_complaint(card: Playbook, language: str) -> None:
    """A season's good wishes are no close for somebody who complains or is in trouble."""
    closed = {
        (action.kind.value, script.script_id)
        for action in card.actions.values()
        for script in action.scripts
        for step in script.steps
        if script.language == language and GREETINGS[1] in parse_template(step.text).variables
    }
    assert len(closed) >= 12
    assert "recover" not in {kind for kind, _ in closed}
