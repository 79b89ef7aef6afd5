"""The changes from one tree to another, one value at a time, so that a text takes them up and keeps everything else."""

from collections.abc import Iterator
from typing import cast

from playbooks.errors import PlaybookError
from playbooks.merging.items import named
from playbooks.merging.tree import GONE, Side, Tree
from playbooks.writing.one_value import with_value
from playbooks.writing.wording import Value

MOST_WORK = 4_000_000
"""Changes times characters; each change reads the whole text again."""

Change = tuple[str, Side]


def text_saying(name: str, text: str, now: Tree, wanted: Side) -> str | None:
    """`text`, which says `now`, with every value that `wanted` has otherwise; None where one cannot be changed alone."""
    changes = list(_changes(now, wanted, ()))
    if len(changes) * len(text) > MOST_WORK:
        return None
    try:
        for path, value in changes:
            if value is None:
                return None
            text = with_value(name, text.encode(), path, None if value is GONE else cast("Value", value)).decode()
    except PlaybookError:
        return None
    return text


def _changes(now: Tree, wanted: Side, path: tuple[str, ...]) -> Iterator[Change]:
    """What is to be taken out of a list comes last and from the end, so that the numbers before it stay true."""
    if now == wanted:
        return
    if isinstance(now, dict) and isinstance(wanted, dict):
        for key in dict.fromkeys((*now, *wanted)):
            yield from _change(now.get(key, GONE), wanted.get(key, GONE), (*path, key))
    elif isinstance(now, list) and isinstance(wanted, list) and (pairs := _pairs(now, wanted)) is not None:
        removals = []
        for number, (before, after) in enumerate(pairs):
            if after is GONE:
                removals.append((".".join((*path, str(number))), GONE))
            else:
                yield from _change(before, after, (*path, str(number)))
        yield from reversed(removals)
    else:
        yield ".".join(path), wanted


def _change(now: Side, wanted: Side, path: tuple[str, ...]) -> Iterator[Change]:
    if now is GONE or wanted is GONE:
        if now is not wanted:
            yield ".".join(path), wanted
    else:
        yield from _changes(now, wanted, path)


def _pairs(now: list[Tree], wanted: list[Tree]) -> list[tuple[Side, Side]] | None:
    """Each item that is there with what becomes of it, then the new ones; None where items move or come in between."""
    items = named(now, now, wanted)
    new = [name for name in items.mine if name not in items.base]
    left = [name for name in items.base if name in items.mine]
    if [*left, *new] != list(items.mine):
        return None
    return [*((item, items.mine.get(name, GONE)) for name, item in items.base.items()), *((GONE, items.mine[name]) for name in new)]
