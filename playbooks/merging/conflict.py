"""Where two people say different things, so that a page can show it."""

from dataclasses import dataclass

from playbooks.merging.tree import GONE, Clash, Side, Tree

LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Conflict:
    """One value. path: in the file, keys and ids or numbers of list items joined by dots; empty where the whole file is meant, by its text.

    theirs stands, yours is wanted, base is what both started from; each as it is written in the file, None where nothing stands or is known.
    """

    file: str
    path: str
    theirs: Tree
    yours: Tree
    base: Tree

    def __str__(self) -> str:
        if not self.path:
            return "the two cannot be put together value by value"
        return f"{self.path} is {_shown(self.theirs)} now, {_shown(self.yours)} in yours, {_shown(self.base)} before"


def one_value(file: str, clash: Clash) -> Conflict:
    return Conflict(file, ".".join(clash.path), _told(clash.theirs), _told(clash.mine), _told(clash.base))


def whole_file(file: str, base: bytes | None, theirs: bytes | None, mine: bytes | None) -> Conflict:
    theirs_text, mine_text, base_text = (None if side is None else side.decode("utf-8", "replace") for side in (theirs, mine, base))
    return Conflict(file, "", theirs_text, mine_text, base_text)


def _told(side: Side) -> Tree:
    return None if side is GONE else side


def _shown(tree: Tree) -> str:
    if tree is None:
        return "nothing"
    said = str(tree) if isinstance(tree, list | dict) else repr(tree)
    return said if len(said) <= LONGEST_SHOWN else said[:LONGEST_SHOWN] + "..."
