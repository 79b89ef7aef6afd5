"""Two edits of one file become one file: different values are both kept, as they were written; one value changed twice is a conflict."""

from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playbooks.errors import FieldNotSet
from playbooks.merging.one_file import Merged, file_together
from playbooks.writing.one_value import with_value

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
  # the short one
  - id: suite-short
    steps: [{propose: A suite?}]
# the end
"""
Change = tuple[str, str]
"""The first text gives way to the second."""


def changed(text: str, *changes: Change) -> str:
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def read(body: bytes | None) -> Any:
    return yaml.load(body or b"", Loader=yaml.CBaseLoader)


def merged(theirs: Change, mine: Change, text: str = BOOK) -> Merged:
    return file_together("actions/suite.yaml", text.encode(), changed(text, theirs).encode(), changed(text, mine).encode())


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        (("value: 90", "value: 95"), ("kind:    sell", "kind:    retain")),
        (("'套房'", "'江景房'"), ('"A suite"', '"The suite"')),
        (("from: 2025-01-01", "from: 2026-01-01"), ("2034-12-31}", "2030-12-31} # sooner")),
        (("0\nnote", "0  # a guess\nnote"), ("value: 9", "value: 8")),
        (("# what it brings", "# what it brings, a night"), ("note: |\n", "# read it\nnote: |\n")),
        (("- two\n", "- two\n- three\n"), ("- two\n", "- two\n- four\n")),
        (("[dear, ", "[far, dear, "), ('"no need"]', '"no need", late]')),
        (("      - open: 您好。\n", ""), ("answer: Fine.", "answer: Good.")),
        (("value: 90\n", ""), ("- one\n", "- won\n")),
        (("says: no, ", "says: never, "), ("answer: Fine.}\n", "answer: Good.}\n      - close: Bye. # short\n")),
        (('    when: "scene', '    style: warm\n    when: "scene'), ("need == 'issue'", "resolved")),
        (("  # the short one\n  - id: suite-short\n    steps: [{propose: A suite?}]\n", ""), ("Shall I move you", "May I move you")),
    ],
)
def test_changes_of_different_values_are_both_kept_as_they_were_written(theirs: Change, mine: Change) -> None:
    """Comments, order, quotes and alignment too: the text is that of one person who made both changes."""
    one = merged(theirs, mine)
    assert not one.conflicts
    assert (one.body or b"").decode() == changed(BOOK, mine, theirs)


def test_an_item_with_an_id_is_the_same_wherever_it_was_moved() -> None:
    items = "scripts:\n  - {id: a, text: one}\n  - {id: b, text: two}\n  - {id: c, text: three}\n"
    moved = ("  - {id: a, text: one}\n  - {id: b, text: two}\n", "  - {id: b, text: two}\n  - {id: a, text: one}\n")
    for theirs, mine in ((moved, ("one}", "won}")), (("one}", "won}"), moved)):
        one = merged(theirs, mine, items)
        assert [item["id"] + item["text"] for item in read(one.body)["scripts"]] == ["btwo", "awon", "cthree"]


def test_a_list_moved_two_ways_is_a_conflict() -> None:
    items = "s:\n- {id: a}\n- {id: b}\n- {id: c}\n"
    one = merged(("- {id: a}\n- {id: b}\n", "- {id: b}\n- {id: a}\n"), ("- {id: b}\n- {id: c}\n", "- {id: c}\n- {id: b}\n"), items)
    assert [conflict.path for conflict in one.conflicts] == ["s"]


@pytest.mark.parametrize(
    ("theirs", "mine"), [(("value: 90", 'value: "95"'), ("value: 90", "value: 95  # sure")), (("90", "95"), ("90", "95"))]
)
def test_the_same_value_said_by_both_is_no_conflict(theirs: Change, mine: Change) -> None:
    one = merged(theirs, mine)
    assert not one.conflicts
    assert read(one.body)["value"] == "95"
    assert ("# sure" in (one.body or b"").decode()) == ("# sure" in mine[1])


@pytest.mark.parametrize(
    ("theirs", "mine", "told"),
    [
        (("value: 90", "value: 95"), ("value: 90", "value: 96"), ("value", "95", "96", "90")),
        (("value: 90\n", ""), ("value: 90", "value: 96"), ("value", None, "96", "90")),
        (("One night", "Two nights"), ("One night", "No"), ("scripts.suite-warm.steps.2.objection.answer", "Two nights, then.", "No, then.", "One night, then.")),
        (("    when: \"scene", "    style: warm\n    when: \"scene"), ("    steps:\n", "    style: cool\n    steps:\n"), ("scripts.suite-warm.style", "warm", "cool", None)),
        (("      - open: 您好。\n", ""), ("您好。", "您好！"), ("scripts.suite-warm.steps.0", None, {"open": "您好！"}, {"open": "您好。"})),
    ],
)  # fmt: skip
def test_one_value_changed_to_two_is_a_conflict_that_says_where_and_what(theirs: Change, mine: Change, told: tuple[object, ...]) -> None:
    one = merged(theirs, mine)
    assert one.body == changed(BOOK, theirs).encode()
    assert [(conflict.path, conflict.theirs, conflict.yours, conflict.base) for conflict in one.conflicts] == [told]
    assert str(one.conflicts[0]).startswith(f"{told[0]} is ")


def test_every_place_is_told_at_once() -> None:
    theirs, mine = (changed(BOOK, ("value: 90", f"value: {n}"), ("- one", f"- {n}"), ("kind:    sell", "kind: serve")) for n in (1, 2))
    one = file_together("f", BOOK.encode(), theirs.encode(), mine.encode())
    assert [conflict.path for conflict in one.conflicts] == ["value", "listed.0"]


def test_a_script_taken_out_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    taken = ("  - id: suite-short\n    steps: [{propose: A suite?}]\n", "")
    for theirs, mine, gone in ((taken, ("A suite?", "One?"), "theirs"), (("A suite?", "One?"), taken, "yours")):
        one = merged(theirs, mine)
        assert [(conflict.path, getattr(conflict, gone)) for conflict in one.conflicts] == [("scripts.suite-short", None)]


@pytest.mark.parametrize("side", [b"a: {{{", b"\xff\xfe", b"a: 1\na: 2\n", b"", None])
def test_what_cannot_be_read_is_a_conflict_of_the_whole_file(side: bytes | None) -> None:
    changed_one = changed(BOOK, ("value: 90", "value: 91")).encode()
    for sides in ((BOOK.encode(), side, changed_one), (BOOK.encode(), changed_one, side), (side, BOOK.encode(), changed_one)):
        one = file_together("f", *sides)
        assert one.body == sides[1]
        assert [(conflict.path, str(conflict)) for conflict in one.conflicts] == [("", "the two cannot be put together value by value")]


def test_a_comment_that_two_people_changed_is_not_lost_but_a_conflict() -> None:
    one = merged(("# never rename", "# keep"), ("# never rename", "# old name: room"))
    assert [conflict.path for conflict in one.conflicts] == [""]
    assert "# keep" in str(one.conflicts[0].theirs)
    assert "# old name: room" in str(one.conflicts[0].yours)


def test_one_side_alone_and_nothing_at_all() -> None:
    mine = changed(BOOK, ("value: 90", "value: 91")).encode()
    for base, theirs, wanted, result in (
        (b"a", b"a", mine, mine),
        (b"a", mine, b"a", mine),
        (b"a", None, b"a", None),
        (b"a", mine, mine, mine),
    ):
        assert file_together("f", base, theirs, wanted) == Merged(result)


def test_line_ends_and_byte_order_mark_are_those_of_the_file_that_stands() -> None:
    """A page in a browser sends back other line ends than it was given."""
    theirs = "\ufeff" + changed(BOOK, ("value: 90", "value: 95")).replace("\n", "\r\n")
    mine = changed(BOOK, ("kind:    sell", "kind:    retain # why"))
    one = file_together("f", ("\ufeff" + BOOK.replace("\n", "\r\n")).encode(), theirs.encode(), mine.encode())
    wanted = changed(BOOK, ("value: 90", "value: 95"), ("kind:    sell", "kind:    retain # why"))
    assert one == Merged(("\ufeff" + wanted.replace("\n", "\r\n")).encode())


SAID = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=20)
TEXTS = (
    *(
        "action",
        "kind",
        "title.zh-CN",
        "title.en",
        "value",
        "note",
        "valid.from",
        "valid.until",
        "reasons.0",
        "reasons.1",
        "listed.0",
        "listed.1",
    ),
    *("scripts.0.when", "scripts.0.steps.0.open", "scripts.0.steps.1.propose.text", "scripts.0.steps.1.propose.newcomer"),
    *(f"scripts.0.steps.{number}.objection.{part}" for number in (2, 3) for part in ("says", "answer")),
)
ADDED = ("brand", "title.pt", "reasons.2", "listed.2", "scripts.0.trial", "scripts.0.steps.4", "scripts.1.trial", "scripts.1.steps.1")
TAKEN = ("scripts.1", "reasons.1", "listed.0", "scripts.0.steps.2", "note", "value", "title.en", "valid")
NOTHING = object()


def within(place: str, other: str) -> bool:
    return place == other or place.startswith(f"{other}.")


@st.composite
def disjoint_edits(draw: st.DrawFn) -> tuple[list[tuple[str, object]], list[tuple[str, object]]]:
    """What each of two people does: texts changed, entries added, entries taken out, none inside what another edit takes out."""
    taken = draw(st.sets(st.sampled_from(TAKEN), max_size=3))
    others = [place for place in (*TEXTS, *ADDED) if not any(within(place, gone) for gone in taken)]
    chosen = draw(st.sets(st.sampled_from(others), max_size=8))
    edits = [(place, draw(SAID)) for place in (*TEXTS, *ADDED) if place in chosen] + [
        (place, NOTHING) for place in reversed(TAKEN) if place in taken
    ]
    sides = [draw(st.booleans()) for _ in edits]
    return (
        [one for one, side in zip(edits, sides, strict=True) if side],
        [one for one, side in zip(edits, sides, strict=True) if not side],
    )


def written(edits: list[tuple[str, object]]) -> bytes:
    body = BOOK.encode()
    for place, value in edits:
        body = with_value("f", body, place, None if value is NOTHING else value)
    return body


def tree_with(edits: list[tuple[str, object]]) -> object:
    tree = yaml.load(BOOK, Loader=yaml.CBaseLoader)
    for place, value in edits:
        *way, last = (int(part) if part.isdecimal() else part for part in place.split("."))
        here = tree
        for part in way:
            here = here[part]
        if value is NOTHING:
            del here[last]
        elif isinstance(here, list) and last == len(here):
            here.append(value)
        else:
            here[last] = value
    return tree


@given(disjoint_edits())
@settings(max_examples=150, deadline=None)
def test_disjoint_edits_make_the_same_book_in_either_order(edits: tuple[list[tuple[str, object]], list[tuple[str, object]]]) -> None:
    """The YAML library is the witness: the tree is that of the base with every edit, and no comment is gone that neither side took out."""
    try:
        one, other = (written(side) for side in edits)
    except FieldNotSet:
        assume(False)
    wanted = tree_with(sorted([*edits[0], *edits[1]], key=lambda edit: edit[1] is NOTHING))
    for theirs, mine in ((one, other), (other, one)):
        result = file_together("f", BOOK.encode(), theirs, mine)
        assert not result.conflicts, [str(conflict) for conflict in result.conflicts]
        text = (result.body or b"").decode()
        assert yaml.load(text, Loader=yaml.CBaseLoader) == wanted
        kept = [comment for comment in COMMENTS if comment in one.decode() and comment in other.decode()]
        assert [comment for comment in kept if comment not in text] == []


COMMENTS = [line[line.index("# ") :] for line in BOOK.splitlines() if "# " in line]
