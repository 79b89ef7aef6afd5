"""An edit by a program changes one value; comments, order, quotes and alignment stay as their author wrote them."""

import difflib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from playbooks.errors import FieldNotFound, FieldNotSet, PlaybookInvalid
from playbooks.load import default_book, load_contents
from playbooks.reading.files import read_contents
from playbooks.writing.one_value import with_value
from playbooks.writing.spots import spots_of

BOOK = """\
# Whom it is for: everybody.
action: suite            # never rename
kind:    sell
title: {zh-CN: '套房',  en: "A suite"}   # two languages

# what it brings
value: 90
note: |
  first line
  second line

valid: {from: 2025-01-01, until: 2034-12-31}
reasons: [dear, "no need"]
listed:
- one
- two
empty:
scripts:
  # the warm one
  - id: suite-warm
    when: "scene.need == 'issue'"  # quoted on purpose
    steps:
      - open: 您好。
      - propose:
          text: >-
            Shall I move you
            to a suite?
          newcomer: "It has a view: the river."   # long
      - objection: {says: dear, answer: 'One night, then.'}
      - objection: {says: no, answer: Fine.}
  - id: suite-short
    steps: [{propose: A suite?}]
# the end
"""


def changed(path: str, value: object, text: str = BOOK) -> list[str]:
    """The lines that went and came."""
    after = with_value("actions/suite.yaml", text.encode(), path, value).decode()
    return [line for line in difflib.ndiff(text.splitlines(), after.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("path", "value", "went", "came"),
    [
        ("value", 95.5, "value: 90", "value: 95.5"),
        ("action", "room", "action: suite            # never rename", "action: room            # never rename"),
        ("title.zh-CN", "江景套房", "'套房',  en", "'江景套房',  en"),
        ("title.en", "It's", '"A suite"}   # two', '"It\'s"}   # two'),
        ("title.zh-CN", "it's", "'套房'", "'it''s'"),
        ("valid.until", "2030-06-30", "until: 2034-12-31}", "until: 2030-06-30}"),
        ("reasons.1", "none, really", '"no need"]', '"none, really"]'),
        ("reasons", ["dear", "far off", "12"], "[dear, ", '[dear, far off, "12"]'),
        ("scripts.suite-warm.when", "scene.resolved", "\"scene.need == 'issue'\"  # quoted", '"scene.resolved"  # quoted'),
        ("scripts.suite-warm.steps.open", "您好，请讲。", "您好。", "您好，请讲。"),
        ("scripts.suite-warm.steps.propose.newcomer", "View: sea.", '"It has a view: the river."   # long', '"View: sea."   # long'),
        ("scripts.suite-warm.steps.2.objection.answer", "Two, then.", "'One night, then.'", "'Two, then.'"),
        ("listed.0", "a # sign", "- one", '- "a # sign"'),
    ],
)
def test_one_value_changes_and_its_line_keeps_comment_order_and_quotes(path: str, value: object, went: str, came: str) -> None:
    lost, won = changed(path, value)
    assert went in lost
    assert came in won


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        ("note", "one\ntwo\nthree\n", ["-   first line", "-   second line", "+   one", "+   two", "+   three"]),
        ("listed.2", "three", ["+ - three"]),
        ("reasons.2", "far", ['- reasons: [dear, "no need"]', '+ reasons: [dear, "no need", far]']),
        ("title.pt", "Uma suite", None),
        ("scripts.suite-warm.trial", {"share": "20 %"}, ["+     trial: {share: 20 %}"]),
        ("scripts.suite-warm.steps.4", {"close": "Good-bye"}, ["+       - {close: Good-bye}"]),
        ("empty", "full", ["- empty:", "+ empty: full"]),
        ("listed", ["one"], ["- listed:", "+ listed: [one]", "- - one", "- - two"]),
        ("value", None, ["- value: 90"]),
        ("listed.0", None, ["- - one"]),
        ("reasons.0", None, ['- reasons: [dear, "no need"]', '+ reasons: ["no need"]']),
        ("title.en", None, None),
        ("scripts.suite-warm.steps.open", None, ["-       - open: 您好。"]),
    ],
)
def test_values_are_added_taken_out_and_replaced_as_a_whole(path: str, value: object, lines: list[str] | None) -> None:
    found = [line.rstrip() for line in changed(path, value)]
    assert sorted(found) == sorted(lines) if lines is not None else len(found) == 2


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("titel.en", "x", "'titel' does not stand in this file; did you mean 'title'?"),
        ("scripts.suite-wram.when", "x", "did you mean 'suite-warm'"),
        ("scripts.suite-warm.steps.objection.answer", "x", "stands 2 times at 'scripts.suite-warm.steps'; name the item by its number"),
        ("reasons.7", "x", "there are 0, 1"),
        ("value.more", "x", "a single value stands at 'value'"),
        ("nothing", None, "is not there, so it cannot be taken out"),
    ],
)
def test_a_path_that_leads_nowhere_says_what_is_there(path: str, value: object, says: str) -> None:
    with pytest.raises(FieldNotFound, match=says.replace("?", r"\?").replace("(", r"\(")):
        changed(path, value)


def test_what_cannot_be_changed_alone_is_refused() -> None:
    with pytest.raises(FieldNotSet, match="without touching what stands beside it"):
        changed("scripts.suite-warm.id", None)
    with pytest.raises(FieldNotSet, match="without touching"):
        changed("value", "\x07\ud800")
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(FieldNotSet, match="nested deeper than"):
        changed("value", deep)
    with pytest.raises(PlaybookInvalid, match=r"actions/suite\.yaml:1: anchors"):
        changed("a", "x", "a: &b c\n")


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    content = b"\xef\xbb\xbf" + BOOK.replace("\n", "\r\n").encode()
    for path, value in (("value", 91), ("scripts.suite-warm.trial", {"share": "5 %"}), ("listed.1", None)):
        after = with_value("f", content, path, value)
        assert after.startswith(b"\xef\xbb\xbf")
        assert after.count(b"\n") == after.count(b"\r\n")


def leaves(spot: object, path: tuple[str, ...] = ()) -> list[tuple[str, object]]:
    if spot.text is not None:
        return [(".".join(path), spot)]
    names = [key.text for key in spot.keys] if spot.keys is not None else map(str, range(len(spot.items)))
    return [leaf for name, item in zip(names, spot.items, strict=True) for leaf in leaves(item, (*path, name))]


def value_at(tree: object, path: str) -> object:
    for part in path.split("."):
        tree = tree[int(part)] if isinstance(tree, list) else tree[part]
    return tree


def without(tree: object, path: str) -> object:
    """The tree with a mark where the path leads."""
    head, _, rest = path.partition(".")
    if not head:
        return "here"
    if isinstance(tree, list):
        return [without(item, rest) if number == int(head) else item for number, item in enumerate(tree)]
    return {key: without(item, rest) if key == head else item for key, item in tree.items()}


@given(st.data(), st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_set_anywhere_is_read_back_and_nothing_else_moves(data: st.DataObject, value: str) -> None:
    """The YAML library itself is the witness: it reads the new text and finds the old tree with the one change."""
    path, spot = data.draw(st.sampled_from(leaves(spots_of(BOOK))))
    try:
        after = with_value("f", BOOK.encode(), path, value).decode()
    except FieldNotSet:
        assert any(ord(c) < 32 or 127 <= ord(c) < 160 or ord(c) in {0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF} for c in value), value
        return
    before_it = BOOK[: spot.start].rstrip() if spot.start == spot.end else BOOK[: spot.start]
    assert after.startswith(before_it)
    assert after.endswith(BOOK[spot.end :])
    tree = yaml.load(after, Loader=yaml.CBaseLoader)
    assert value_at(tree, path) == value
    assert without(tree, path) == without(yaml.load(BOOK, Loader=yaml.CBaseLoader), path)


@pytest.mark.parametrize(
    "name", ["playbook.yaml", "greetings.yaml", "actions/bill_instalment.yaml", "sops/lost_card.yaml", "knowledge/fee.yaml"]
)
def test_saying_what_stands_there_changes_no_byte_of_the_card_book(name: str) -> None:
    content = read_contents(default_book())[name]
    for path, spot in leaves(spots_of(content.decode()))[::9]:
        assert with_value(name, content, path, spot.text) == content, path


def test_the_book_can_be_read_after_an_edit() -> None:
    contents = read_contents(default_book())
    name = "actions/bill_instalment.yaml"
    edited = with_value(name, contents[name], "scripts.bill_instalment-warm-zh.steps.propose.text", "要不分十二期？您看呢？")
    playbook = load_contents("card", {**contents, name: with_value(name, edited, "value", 130)})
    action = playbook.actions["bill_instalment"]
    assert action.value == 130
    assert any(step.text == "要不分十二期？您看呢？" for script in action.scripts for step in script.steps)
