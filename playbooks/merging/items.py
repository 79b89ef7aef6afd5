"""The items of three lists of one place under common names, so that lists can be put together like tables."""

import json
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from playbooks.merging.likeness import likes
from playbooks.merging.tree import Tree

Items = dict[str, Tree]


@dataclass(frozen=True, slots=True)
class Named:
    """Each list by the names of its items, in its order. by_id: the names are the items' own ids."""

    base: Items
    theirs: Items
    mine: Items
    by_id: bool

    def part(self, name: str) -> str:
        """An item in a path: its id where a path can hold it, else its number in the list that stands."""
        if self.by_id and "." not in name and not name.isdecimal():
            return name
        here = next(side for side in (self.theirs, self.mine, self.base) if name in side)
        return str(list(here).index(name))

    def order(self) -> list[str] | None:
        """Every name, removed ones too, in an order both sides agree to; None when they moved the same items differently."""
        common = self.base.keys() & self.theirs.keys() & self.mine.keys()
        base, theirs, mine = ([name for name in side if name in common] for side in (self.base, self.theirs, self.mine))
        if mine in (base, theirs):
            return _added(list(self.theirs), list(self.mine), self.theirs.keys() - self.base.keys())
        return _added(list(self.mine), list(self.theirs), set()) if theirs == base else None


def named(base: list[Tree], theirs: list[Tree], mine: list[Tree]) -> Named:
    """Items with ids keep their name wherever they move. Others are the base's item in whose place they stand, or new."""
    ids = _ids(base), _ids(theirs), _ids(mine)
    if ids[0] is not None and ids[1] is not None and ids[2] is not None:
        return Named(
            dict(zip(ids[0], base, strict=True)), dict(zip(ids[1], theirs, strict=True)), dict(zip(ids[2], mine, strict=True)), by_id=True
        )
    return Named({str(at): item for at, item in enumerate(base)}, _placed(base, theirs), _placed(base, mine), by_id=False)


def _ids(items: list[Tree]) -> list[str] | None:
    """The ids, when every item has one of its own."""
    found = [str(one["id"]) for one in items if isinstance(one, dict) and isinstance(one.get("id"), str)]
    return found if len(set(found)) == len(items) else None


def _placed(base: list[Tree], side: list[Tree]) -> Items:
    """The side's items by the number of the base's item each is equal to or was made from, else by what they say."""
    before, after = ([json.dumps(item, sort_keys=True) for item in items] for items in (base, side))
    found, told = list[str](), Counter[str]()
    for deed, begin, end, first, last in SequenceMatcher(None, before, after).get_opcodes():
        made_from = range(end - begin) if deed == "equal" else likes(base[begin:end], side[first:last])
        for said, like in zip(after[first:last], made_from, strict=True):
            told[said] += like is None
            found.append(f"new {told[said]} {said}" if like is None else str(begin + like))
    return dict(zip(found, side, strict=True))


def _added(spine: list[str], other: list[str], first: set[str]) -> list[str]:
    """The spine with the other side's own names, each after the name before it there, and after those of `first` that follow."""
    order, known, before = list(spine), set(spine), ""
    for name in other:
        if name not in known:
            at = order.index(before) + 1 if before else 0
            while at < len(order) and order[at] in first:
                at += 1
            order.insert(at, name)
        before = name
    return order
