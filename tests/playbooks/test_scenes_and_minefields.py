"""What an utterance gives away, and what must not be said."""

import pytest

from playbooks.minefields import Minefields
from playbooks.normalise import contains, plain
from playbooks.scenes import SceneReader
from playbooks.schema.playbook import Playbook
from playbooks.traditional import SIMPLIFIED, TRADITIONAL


@pytest.mark.parametrize(
    ("utterance", "reason", "need"),
    [
        ("你好，我的卡丢了，怎么办", "lost_card", "issue"),
        ("我要掛失", "lost_card", "issue"),
        ("I lost my card yesterday", "lost_card", "issue"),
        ("急死了！我的账单怎么又多了", "bill_query", "emotion"),
        ("My BILL is wrong and I am upset", "bill_query", "emotion"),
        ("I was billed", None, None),
        ("今天天气不错", None, None),
        ("", None, None),
    ],
)
def test_the_reason_and_the_need_are_heard_in_both_languages(tiny: Playbook, utterance: str, reason: str | None, need: str | None) -> None:
    understood = SceneReader(tiny).understand(utterance)
    assert (understood.contact_reason, understood.need) == (reason, need)


def test_the_reason_with_more_words_wins(tiny: Playbook) -> None:
    understood = SceneReader(tiny).understand("账单先不说，我的卡丢了要挂失")
    assert understood.contact_reason == "lost_card"
    assert set(understood.matched) == {"账单", "卡丢了", "挂失"}
    assert 0.5 < understood.margin < 1


def test_a_minefield_is_caught_in_its_scene_only(tiny: Playbook) -> None:
    mines = Minefields(tiny)
    caught = mines.caught("抱歉，这 是 规定。", {"scene.need": "emotion"})
    assert [one.phrase for one in caught] == ["这是规定"]
    assert caught[0].instead is not None
    assert mines.caught("抱歉，这是规定。", {"scene.need": "issue"}) == []
    assert mines.caught("抱歉，这是规定。", {}) == []


def test_a_minefield_of_another_language_is_not_heard(tiny: Playbook) -> None:
    assert Minefields(tiny).caught("Please calm down", {}, "en-GB")
    assert Minefields(tiny).caught("Please calm down", {}, "zh-CN") == []


@pytest.mark.parametrize("trick", ["保证收益", "保證收益", "保 证 收 益", "保*证*收*益", "保\u200b证收益", "【保证】收益", "保-证-收-益"])
def test_no_dress_hides_a_phrase(trick: str) -> None:
    assert contains(f"我们{trick}哦", "保证收益")


@pytest.mark.parametrize("trick", ["GUARANTEED", "ｇｕａｒａｎｔｅｅｄ", "g u a r a n t e e d", "guar-anteed", "guárantéed"])
def test_no_dress_hides_a_latin_phrase(trick: str) -> None:
    assert contains(f"It is {trick}!", "guaranteed")


def test_a_latin_phrase_is_found_as_a_whole_word_only() -> None:
    assert not contains("first class service", "ass")
    assert not contains("unguaranteedly", "guaranteed")


def test_the_map_of_characters_is_a_map() -> None:
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL))
    assert not set(TRADITIONAL) & set(SIMPLIFIED)
    assert plain("帳單擔保週轉貸款額度聯絡客戶證，長期確保") == "账单担保周转贷款额度联络客户证,长期确保"


def test_nearly_every_common_traditional_character_is_known() -> None:
    """Big5 begins with the characters of everyday writing; of those that simplified writing (GB 2312) does not have, all but rare variants are mapped."""
    common = [
        pair.decode("big5", "ignore") for first in range(0xA4, 0xC6) for second in range(0x40, 0xFF) for pair in [bytes([first, second])]
    ]
    traditional = {one for one in common if len(one) == 1 and not one.encode("gb2312", "ignore")}
    assert len(traditional) > 1800
    assert len(traditional - set(TRADITIONAL)) < 0.1 * len(traditional)


@pytest.mark.parametrize("trick", ["穩賺不賠", "穩 賺 不 賠", "穩賺不 賠", "稳赚不賠"])
def test_mixed_writing_hides_no_phrase(trick: str) -> None:
    assert contains(trick, "稳赚不赔")
