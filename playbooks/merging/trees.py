"""Three trees of one file, what both sides started from, what stands and what is wanted, and the one that holds the changes of both."""

from collections.abc import Iterable
from typing import TypeGuard

from playbooks.merging.items import named
from playbooks.merging.tree import GONE, Clash, Side, Together, Tree

Sides = tuple[Side, Side, Side]
Path = tuple[str, ...]


def put_together(base: Side, theirs: Side, mine: Side, path: Path = ()) -> Together:
    """Changes of different values are both kept; the same change by both is one change; taken out against changed is a clash."""
    if mine in (base, theirs):
        return Together(theirs)
    if theirs == base:
        return Together(mine)
    sides = (base, theirs, mine)
    if _are_tables(sides):
        return _tables_together(*sides, path)
    if _are_lists(sides):
        return _lists_together(*sides, path)
    return Together(theirs, (Clash(path, base, theirs, mine),))


def _are_tables(sides: Sides) -> TypeGuard[tuple[dict[str, Tree], dict[str, Tree], dict[str, Tree]]]:
    return all(isinstance(side, dict) for side in sides)


def _are_lists(sides: Sides) -> TypeGuard[tuple[list[Tree], list[Tree], list[Tree]]]:
    return all(isinstance(side, list) for side in sides)


def _tables_together(base: dict[str, Tree], theirs: dict[str, Tree], mine: dict[str, Tree], path: Path) -> Together:
    parts = {
        key: put_together(base.get(key, GONE), theirs.get(key, GONE), mine.get(key, GONE), (*path, key))
        for key in dict.fromkeys((*theirs, *mine, *base))
    }
    return Together({key: part.tree for key, part in parts.items() if part.tree is not GONE}, _clashes(parts.values()))


def _lists_together(base: list[Tree], theirs: list[Tree], mine: list[Tree], path: Path) -> Together:
    """Where both sides add at one place, what stands comes first."""
    items = named(base, theirs, mine)
    order = items.order()
    if order is None:
        return Together(theirs, (Clash(path, base, theirs, mine),))
    parts = [
        put_together(items.base.get(name, GONE), items.theirs.get(name, GONE), items.mine.get(name, GONE), (*path, items.part(name)))
        for name in order
    ]
    return Together([part.tree for part in parts if part.tree is not GONE], _clashes(parts))


def _clashes(parts: Iterable[Together]) -> tuple[Clash, ...]:
    return tuple(clash for part in parts for clash in part.clashes)
