"""The bytes of one YAML file as a tree in which every value knows its line. The only file that asks the YAML library to read.

Anchors, aliases and tags are refused: a playbook is read aloud, and without them no small file can stand for a large one.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Union

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_BYTES = 512 * 1024
MAX_VALUES = 20_000
MAX_DEPTH = 16


@dataclass(frozen=True, slots=True)
class Scalar:
    """line counts from 1. plain: written without quotes, so that `null` or an empty place means nothing is there."""

    line: int
    text: str
    plain: bool

    @property
    def empty(self) -> bool:
        return self.plain and self.text in {"", "~", "null"}


@dataclass(frozen=True, slots=True)
class Listing:
    line: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Entry:
    line: int
    key: str
    value: "Node"


@dataclass(frozen=True, slots=True)
class Table:
    line: int
    entries: tuple[Entry, ...]


Node = Union[Scalar, Listing, Table]  # noqa: UP007 - the forward references are strings


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a file cannot be read as YAML of ours."""

    line: int
    what: str
    mend: str


class Unreadable(Exception):
    def __init__(self, line: int, what: str, mend: str) -> None:
        super().__init__(what)
        self.flaw = Flaw(line, what, mend)


@dataclass(frozen=True, slots=True)
class Parsed:
    """root is None when the file cannot be read at all; flaws are then, and also beside a tree (a key written twice), what is wrong."""

    root: Node | None
    flaws: tuple[Flaw, ...]


@lru_cache(maxsize=1024)
def parse_yaml(content: bytes) -> Parsed:
    """The tree of a file and what is wrong with it. The same bytes are parsed once per process."""
    composer = _Composer()
    flaw = _composed(composer, content)
    if flaw is not None:
        return Parsed(None, (flaw,))
    return Parsed(composer.root, tuple(composer.flaws))


def _composed(composer: "_Composer", content: bytes) -> Flaw | None:
    try:
        composer.compose(_decoded(content))
    except Unreadable as error:
        return error.flaw
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context or "it is not YAML")
        return Flaw(mark.line + 1 if mark else 1, f"not YAML: {problem}", "mend the line, most often its indentation, colon or quotes")
    except (YAMLError, ValueError, IndexError, AssertionError, AttributeError, TypeError, RecursionError, NotImplementedError) as error:
        # The YAML library answers some malformed input with its own inner errors; for a reader it is the same: not YAML.
        return Flaw(1, f"not YAML: {type(error).__name__}", "write plain keys, lists and texts")
    return None


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise Unreadable(1, f"the file has {len(content):,} bytes", f"keep a file under {MAX_BYTES:,} bytes; split it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "the file is not UTF-8", "save it as UTF-8") from error


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Composer:
    """Builds the tree from the parser's events with a stack of its own, so that depth and size stay bounded."""

    def __init__(self) -> None:
        self.values = 0
        self.open: list[tuple[int, bool, list[Node]]] = []
        self.root: Node | None = None
        self.flaws: list[Flaw] = []

    def compose(self, text: str) -> None:
        documents = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Unreadable(_line(event), "a second document starts here", "keep one document a file; drop the ---")
            elif isinstance(event, NodeEvent):
                self._node(event)
            elif isinstance(event, SequenceEndEvent | MappingEndEvent):
                self._close()
        if self.root is None:
            raise Unreadable(1, "the file is empty", "write something or remove the file")

    def _node(self, event: NodeEvent) -> None:
        line = _line(event)
        self.values += 1
        if self.values > MAX_VALUES:
            raise Unreadable(line, f"the file has more than {MAX_VALUES:,} values", "split it")
        if isinstance(event, AliasEvent) or event.anchor is not None:
            raise Unreadable(line, "anchors (&) and aliases (*) are not used in playbooks", "write the text out, or put it in quotes")
        if getattr(event, "tag", None) is not None:
            raise Unreadable(line, "tags (!) are not used in playbooks", "drop it, or put the text in quotes")
        if isinstance(event, ScalarEvent):
            self._place(Scalar(line, event.value, not event.style))
        elif isinstance(event, SequenceStartEvent | MappingStartEvent):
            self.open.append((line, isinstance(event, MappingStartEvent), []))
            if len(self.open) > MAX_DEPTH:
                raise Unreadable(line, f"values are nested deeper than {MAX_DEPTH} levels", "flatten them")

    def _close(self) -> None:
        line, mapping, children = self.open.pop()
        self._place(self._table(line, children) if mapping else Listing(line, tuple(children)))

    def _place(self, node: Node) -> None:
        if self.open:
            self.open[-1][2].append(node)
        else:
            self.root = node

    def _table(self, line: int, children: list[Node]) -> Table:
        entries: dict[str, Entry] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise Unreadable(key.line, "a key is a list or a table", "use a plain word as key; put texts with { or [ in quotes")
            if key.text in entries:
                first = entries[key.text].line
                self.flaws.append(Flaw(key.line, f"{key.text[:60]!r} stands twice, first in line {first}", "keep one of them"))
                continue
            entries[key.text] = Entry(key.line, key.text, value)
        return Table(line, tuple(entries.values()))
