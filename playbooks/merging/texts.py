"""Three texts of one file put together by their lines, and where both sides changed one stretch of lines, by its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

PIECE = re.compile(r"\w+|\s|[^\w\s]")
MOST_PIECES = 20_000
"""A longer stretch is not compared word by word."""

Pieces = Sequence[str]


class Overlap(Exception):
    """Both sides changed the same piece of text."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """base[start:end] gives way to `new`; mine: not what stands, but what is wanted."""

    start: int
    end: int
    mine: bool
    new: tuple[str, ...]


def texts_together(base: str, theirs: str, mine: str) -> str | None:
    """The text with the edits of both sides, comments and layout too; None where they overlap. What it then says, the caller must check."""
    lines = (text.splitlines(keepends=True) for text in (base, theirs, mine))
    try:
        return "".join(_together(*lines, by_words=False))
    except Overlap:
        return None


def _together(base: Pieces, theirs: Pieces, mine: Pieces, *, by_words: bool) -> Iterator[str]:
    standing = list(_edits(base, theirs, mine=False))
    same = {(edit.start, edit.end, edit.new) for edit in standing}
    wanted = [edit for edit in _edits(base, mine, mine=True) if (edit.start, edit.end, edit.new) not in same]
    at = 0
    for edits in _touching(sorted([*standing, *wanted])):
        start, end = edits[0].start, max(edit.end for edit in edits)
        yield from base[at:start]
        yield from _settled(base[start:end], start, edits, by_words=by_words)
        at = end
    yield from base[at:]


def _edits(base: Pieces, text: Pieces, *, mine: bool) -> Iterator[Edit]:
    for deed, start, end, first, last in SequenceMatcher(None, base, text).get_opcodes():
        if deed != "equal":
            yield Edit(start, end, mine, tuple(text[first:last]))


def _touching(edits: list[Edit]) -> Iterator[list[Edit]]:
    """Edits that share a piece of the base, together. Additions at one point share none: they follow each other."""
    group, end = [edits[0]] if edits else [], edits[0].end if edits else 0
    for edit in edits[1:]:
        if edit.start >= end:
            yield group
            group = []
        group.append(edit)
        end = max(end, edit.end)
    if group:
        yield group


def _settled(base: Pieces, offset: int, edits: list[Edit], *, by_words: bool) -> Iterator[str]:
    """One stretch of the base, which begins at `offset`, as both sides want it."""
    theirs, mine = (_applied(base, offset, [edit for edit in edits if edit.mine is side]) for side in (False, True))
    if mine in (base, theirs) or theirs == base:
        yield from theirs if mine in (base, theirs) else mine
        return
    pieces = [PIECE.findall("".join(side)) for side in (base, theirs, mine)]
    if by_words or max(map(len, pieces)) > MOST_PIECES:
        raise Overlap
    yield from _together(*pieces, by_words=True)


def _applied(base: Pieces, offset: int, edits: list[Edit]) -> list[str]:
    text, at = list[str](), 0
    for edit in edits:
        text += [*base[at : edit.start - offset], *edit.new]
        at = edit.end - offset
    return text + list(base[at:])
