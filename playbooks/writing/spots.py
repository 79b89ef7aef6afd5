"""Where every value of a YAML file stands, to the character, so that one can be changed and the rest left as it was written."""

from dataclasses import dataclass
from typing import Any

import yaml

EMPTY = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in its text, from `start` up to `end`. column: of its first character, from 0.

    text: of a single value, else None. mark: the sign it begins with, one of `'`, `"`, `|`, `>`, or `{` and `[` of a table or list in one line; else empty.
    keys: of a table, beside its items.
    """

    start: int
    end: int
    column: int
    mark: str
    text: str | None = None
    keys: tuple["Spot", ...] | None = None
    items: tuple["Spot", ...] = ()

    @property
    def shape(self) -> object:
        """What it says, whatever it looks like: nested lists of texts, pairs for a table, None where nothing stands."""
        if self.text is not None:
            return None if not self.mark and self.text in EMPTY else self.text
        if self.keys is None:
            return [item.shape for item in self.items]
        return tuple((key.text, item.shape) for key, item in zip(self.keys, self.items, strict=True))


def spots_of(text: str) -> Spot:
    """The spots of a text that `parse_yaml` has found readable: one document, no anchors, bounded in depth."""
    return _spot(yaml.compose(text, Loader=yaml.CSafeLoader), text)


def _spot(node: Any, text: str) -> Spot:
    start, end, column = node.start_mark.index, node.end_mark.index, node.start_mark.column
    if isinstance(node, yaml.ScalarNode):
        return Spot(start, start + len(text[start:end].rstrip()), column, node.style or "", node.value)
    keys = None
    if isinstance(node, yaml.MappingNode):
        keys = tuple(_spot(key, text) for key, _ in node.value)
        items = tuple(_spot(value, text) for _, value in node.value)
    else:
        items = tuple(_spot(item, text) for item in node.value)
    if node.flow_style:
        return Spot(start, end, column, text[start], None, keys, items)
    return Spot(start, items[-1].end, column, "", None, keys, items)
