"""Two edits of one file put together: what is kept is decided by values, how it looks by the two texts.

By values, since a merge of lines alone (diff3, bzr's merge3) quarrels over two neighbours in one line and cannot tell when its clean result says
something that neither side meant: here every text is read again and must say exactly what both trees say together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from playbooks.merging.by_values import text_saying
from playbooks.merging.comments import keeps_comments
from playbooks.merging.conflict import Conflict, one_value, whole_file
from playbooks.merging.texts import texts_together
from playbooks.merging.tree import Side, Tree, tree_of
from playbooks.merging.trees import put_together
from playbooks.reading.nodes import parse_yaml
from playbooks.writing.spots import spots_of

BOM = "\ufeff".encode()


@dataclass(frozen=True, slots=True)
class Merged:
    """The file with the changes of both, None where it is gone; with conflicts it is the file that stands."""

    body: bytes | None
    conflicts: tuple[Conflict, ...] = ()


def file_together(name: str, base: bytes | None, theirs: bytes | None, mine: bytes | None) -> Merged:
    """base: what both started from; theirs: what stands; mine: what is wanted; None for no file.

    A file that cannot be read, or whose comments no text keeps for both, is one conflict as a whole.
    """
    if mine in (base, theirs):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    whole = Merged(theirs, (whole_file(name, base, theirs, mine),))
    if base is None or theirs is None or mine is None or any(parse_yaml(side).flaws for side in (base, theirs, mine)):
        return whole
    texts = _plain(base), _plain(theirs), _plain(mine)
    trees = _tree(texts[0]), _tree(texts[1]), _tree(texts[2])
    together = put_together(*trees)
    if together.clashes:
        return Merged(theirs, tuple(one_value(name, clash) for clash in together.clashes))
    for text in _attempts(name, texts, trees, together.tree):
        if not parse_yaml(text.encode()).flaws and _tree(text) == together.tree and keeps_comments(text, *texts):
            return Merged(_dressed(text, theirs))
    return whole


def _attempts(name: str, texts: tuple[str, str, str], trees: tuple[Tree, Tree, Tree], wanted: Side) -> Iterator[str]:
    """The most faithful first: the lines of both, then what stands with my values, then my text with theirs."""
    if (text := texts_together(*texts)) is not None:
        yield text
    for text, tree in zip(texts[1:], trees[1:], strict=True):
        if (saying := text_saying(name, text, tree, wanted)) is not None:
            yield saying


def _tree(text: str) -> Tree:
    return tree_of(spots_of(text).shape)


def _plain(body: bytes) -> str:
    return body.decode("utf-8-sig").replace("\r\n", "\n")


def _dressed(text: str, like: bytes) -> bytes:
    """With the byte order mark and the line ends of the file that stands."""
    body = (text.replace("\n", "\r\n") if b"\r\n" in like else text).encode()
    return BOM + body if like.startswith(BOM) else body
