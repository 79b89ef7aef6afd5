"""The way to one value of a playbook file, as people write it: `scripts.suite-warm.steps.2.propose.text`."""

from dataclasses import dataclass
from difflib import get_close_matches

from playbooks.errors import FieldNotFound
from playbooks.writing.spots import Spot


@dataclass(frozen=True, slots=True)
class Way:
    """The spots from the whole file down to the one that is named, and at which item each goes on.

    added: the last part of the path where nothing stands yet: a new key of the last table, or the next number of the last list.
    """

    spots: tuple[Spot, ...]
    turns: tuple[int, ...]
    added: str | None = None

    def to_whole_item(self) -> "Way":
        """The way for taking out: of a list's item with one key, the item goes. Raises FieldNotFound where nothing stands yet."""
        if self.added is not None:
            raise FieldNotFound(f"{self.added[:60]!r} is not there, so it cannot be taken out")
        if len(self.spots) > 2 and self.spots[-3].keys is None and len(self.spots[-2].items) == 1:
            return Way(self.spots[:-1], self.turns[:-1])
        return self


def way_to(root: Spot, path: str) -> Way:
    """An item of a list is named by its number from 0, by its `id`, or by its only key. Raises FieldNotFound with what is there."""
    parts = path.split(".")
    spots: list[Spot] = [root]
    turns: list[int] = []
    for number, part in enumerate(parts):
        here = spots[-1]
        turn = _turn(here, part)
        if turn is None:
            if number == len(parts) - 1 and _may_grow(here, part):
                return Way(tuple(spots), tuple(turns), part)
            raise FieldNotFound(_missing(here, part, ".".join(parts[:number])))
        spots.append(here.items[turn])
        turns.append(turn)
        if here.keys is None and not part.isdecimal() and _only_key(here.items[turn]) == part:
            spots.append(here.items[turn].items[0])
            turns.append(0)
    return Way(tuple(spots), tuple(turns))


def _turn(here: Spot, part: str) -> int | None:
    named = _names(here)
    if here.keys is None and part.isdecimal():
        return int(part) if int(part) < len(named) else None
    return named.index(part) if named.count(part) == 1 else None


def _names(here: Spot) -> list[str]:
    if here.keys is not None:
        return [str(key.text) for key in here.keys]
    return [_id(item) or _only_key(item) or "" for item in here.items]


def _id(item: Spot) -> str | None:
    return next((value.text for key, value in zip(item.keys or (), item.items, strict=False) if key.text == "id"), None)


def _only_key(item: Spot) -> str | None:
    return item.keys[0].text if item.keys is not None and len(item.keys) == 1 else None


def _may_grow(here: Spot, part: str) -> bool:
    if here.text is not None:
        return False
    return bool(part) if here.keys is not None else part == str(len(here.items))


def _missing(here: Spot, part: str, before: str) -> str:
    place = f"at {before!r}" if before else "in this file"
    if here.text is not None:
        return f"{part[:60]!r} leads nowhere: a single value stands {place}"
    named = [name or str(number) for number, name in enumerate(_names(here))]
    if named.count(part) > 1:
        return f"{part[:60]!r} stands {named.count(part)} times {place}; name the item by its number, from 0 to {len(named) - 1}"
    close = get_close_matches(part, named, n=1)
    there = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(named[:20]) or 'none'}"
    return f"{part[:60]!r} does not stand {place}; {there}"
