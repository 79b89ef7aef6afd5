"""What a file says, whatever it looks like: tables, lists, texts as they are written, None where nothing stands."""

from dataclasses import dataclass
from enum import Enum
from typing import Union

Tree = Union[str, list["Tree"], dict[str, "Tree"], None]  # noqa: UP007 - the forward references are strings


class Gone(Enum):
    """What was taken out, or was never there."""

    GONE = "gone"


GONE = Gone.GONE
Side = Tree | Gone


@dataclass(frozen=True, slots=True)
class Clash:
    """A value that both sides changed, each to another one. path: keys, and ids or numbers of list items, from the whole file down."""

    path: tuple[str, ...]
    base: Side
    theirs: Side
    mine: Side


@dataclass(frozen=True, slots=True)
class Together:
    """What both sides say; where they clash it holds theirs."""

    tree: Side
    clashes: tuple[Clash, ...] = ()


def tree_of(shape: object) -> Tree:
    """From what `Spot.shape` tells: pairs become a table, whose order says nothing."""
    if isinstance(shape, tuple):
        return {str(key): tree_of(value) for key, value in shape}
    if isinstance(shape, list):
        return [tree_of(item) for item in shape]
    return None if shape is None else str(shape)
