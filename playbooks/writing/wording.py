"""A value as YAML, in the manner of what stood there before."""

import json
import re
from collections.abc import Iterator
from typing import Union

from playbooks.writing.spots import Spot

Value = Union[str, int, float, bool, list["Value"], dict[str, "Value"]]  # noqa: UP007 - the forward references are strings

_TYPED = re.compile(r"[-+]?[.\d][\d_.:eExXoO+-]*|[-+]?\.(inf|nan)|true|false|yes|no|on|off|y|n|null|~", re.IGNORECASE)
"""What some reader of YAML takes for something else than a text."""
_BARE = re.compile(r"\w[\w ./%?!，。？！、；-]*")
"""What needs no quotes inside a list or table that stands in one line."""


def wordings(value: Value, before: Spot | None, column: int) -> Iterator[str]:
    """Ways to write it, the most fitting first; which of them reads back as the value depends on where it is put.

    before: what stood there. column: of the block a text of several lines would stand in.
    """
    mark, old = (before.mark, before.text or "") if before else ("", "")
    if isinstance(value, str):
        if mark == "'":
            yield "'" + value.replace("'", "''") + "'"
        if mark in {"|", ">"} and value.strip():
            yield _block(value, " " * column)
        if mark not in {"'", '"'} and (not _TYPED.fullmatch(value) or _TYPED.fullmatch(old)):
            yield value
    yield one_line(value, bare=False)


def one_line(value: Value, *, bare: bool = True) -> str:
    """bare: texts that need no quotes get none."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{one_line(key)}: {one_line(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(one_line, value)) + "]"
    if isinstance(value, str):
        plain = bare and _BARE.fullmatch(value) and value == value.strip() and not _TYPED.fullmatch(value)
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def depth_of(value: Value) -> int:
    """How many lists and tables stand inside each other. Counts without recursion: what a caller sends may be nested without end."""
    depth, level = 0, [value]
    while level := [part for one in level if isinstance(one, dict | list) for part in (one.values() if isinstance(one, dict) else one)]:
        depth += 1
    return depth


def shape_of(value: Value) -> object:
    """What a reader finds where this value stands, as `Spot.shape` tells it."""
    if isinstance(value, dict):
        return tuple((key, shape_of(item)) for key, item in value.items())
    if isinstance(value, list):
        return [shape_of(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value)


def _block(value: str, indent: str) -> str:
    lines = "\n".join(indent + line if line else "" for line in value.rstrip("\n").split("\n"))
    return f"|{'' if value.endswith(chr(10)) else '-'}\n{lines}"
