"""One value of a playbook file changed, every other character left as its author wrote it: comments, order, quotes, alignment.

The YAML is not written anew. The characters of the one value are replaced, and the result is read again: whatever would say anything else
than the old file with this one change is refused.
"""

from collections.abc import Iterator, Sequence

from playbooks.errors import FieldNotSet, PlaybookInvalid
from playbooks.reading.nodes import MAX_DEPTH, parse_yaml
from playbooks.writing.path import Way, way_to
from playbooks.writing.spots import Spot, spots_of
from playbooks.writing.wording import Value, depth_of, one_line, shape_of, wordings

BOM = "\ufeff"


def with_value(name: str, content: bytes, path: str, value: Value | None) -> bytes:
    """The file `name` with the value at `path` set, added (a new key of a table, the next number of a list) or, for None, taken out.

    Raises PlaybookInvalid when the file cannot be read, FieldNotFound when the path leads nowhere, and FieldNotSet when the change
    cannot be made without touching its neighbours, or the value cannot be written at all.
    """
    text = _readable(name, content)
    if value is not None and depth_of(value) > MAX_DEPTH:
        raise FieldNotSet(f"{name}: {path} would be nested deeper than {MAX_DEPTH} levels; flatten it")
    root = spots_of(text)
    way = way_to(root, path)
    if value is None:
        way = way.to_whole_item()
    wanted = _changed(root.shape, way.turns, way.added, value)
    for attempt in _attempts(text, way, value):
        if _says(attempt, wanted):
            return ((BOM if content.startswith(BOM.encode()) else "") + attempt).encode()
    done = "taken out" if value is None else "set"
    raise FieldNotSet(f"{name}: {path} cannot be {done} without touching what stands beside it; edit the file itself there")


def _readable(name: str, content: bytes) -> str:
    flaws = parse_yaml(content).flaws
    if flaws:
        raise PlaybookInvalid(f"{name}:{flaws[0].line}: {flaws[0].what}; {flaws[0].mend}")
    return content.decode("utf-8-sig")


def _says(text: str, wanted: object) -> bool:
    try:
        content = text.encode()
    except UnicodeEncodeError:
        return False
    return not parse_yaml(content).flaws and spots_of(text).shape == wanted


def _changed(shape: object, turns: Sequence[int], added: str | None, value: Value | None) -> object:
    """The shape of the whole with the one change."""
    new = None if value is None else shape_of(value)
    if not turns and added is None:
        return new
    paired, items = isinstance(shape, tuple), list(shape) if isinstance(shape, list | tuple) else []
    if not turns:
        items.append((added, new) if paired else new)
    elif len(turns) == 1 and value is None:
        del items[turns[0]]
    else:
        here = items[turns[0]]
        inner = _changed(here[1] if paired else here, turns[1:], added, value)
        items[turns[0]] = (here[0], inner) if paired else inner
    return tuple(items) if paired else items


def _attempts(text: str, way: Way, value: Value | None) -> Iterator[str]:
    here = way.spots[-1]
    if value is None:
        yield from _without(text, way)
    elif way.added is not None:
        yield from _grown(text, here, way.added, value)
    else:
        start, lead = _beginning(text, here)
        for wording in wordings(value, here, _block_column(text, here)):
            yield text[:start] + lead + wording + text[here.end :]


def _beginning(text: str, here: Spot) -> tuple[int, str]:
    """Where the new value begins, and the blank before it where none is left: what stood on lines of its own moves up beside its key."""
    before = text[: here.start].rstrip()
    moves = (here.text is None and not here.mark) or here.start == here.end
    return (len(before), " ") if moves and before.endswith((":", "-")) else (here.start, "")


def _block_column(text: str, here: Spot) -> int:
    """The indentation of a text of several lines that stands there now."""
    first = text[here.start : here.end].partition("\n")[2].lstrip("\n")
    return len(first) - len(first.lstrip(" "))


def _grown(text: str, here: Spot, key: str, value: Value) -> Iterator[str]:
    """The new entry after the last one of its table or list."""
    head = f"{one_line(key)}: " if here.keys is not None else ""
    if here.mark:
        at = here.items[-1].end if here.items else here.start + 1
        yield text[:at] + (", " if here.items else "") + head + one_line(value) + text[at:]
        return
    line = "\r\n" if "\r\n" in text else "\n"
    at = _line_end(text, here.end)
    for wording in wordings(value, None, here.column + 2):
        yield text[:at] + line + " " * here.column + (head or "- ") + wording + text[at:]


def _without(text: str, way: Way) -> Iterator[str]:
    if len(way.spots) < 2:
        return
    parent, at = way.spots[-2], way.turns[-1]
    begin = [spot.start for spot in (parent.keys or parent.items)]
    item = parent.items[at]
    if parent.mark:
        last = at == len(begin) - 1
        start = parent.items[at - 1].end if last and at else begin[at]
        yield text[:start] + text[item.end if last else begin[at + 1] :]
        return
    start = text.rfind("\n", 0, begin[at]) + 1
    if not text[start : begin[at]].strip(" -"):
        yield text[:start] + text[_line_end(text, item.end) :].removeprefix("\r").removeprefix("\n")


def _line_end(text: str, at: int) -> int:
    """Where the line of this character ends, before its line break."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end
