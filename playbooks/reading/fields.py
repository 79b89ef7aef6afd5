"""One table of a playbook file, asked key by key; what is wrong is gathered, and an unasked key is an unknown key."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from playbooks.reading.findings import Findings, nearest_of
from playbooks.reading.nodes import Listing, Node, Scalar, Table
from playbooks.reading.units import as_duration, as_moment, as_number, as_share

Word = TypeVar("Word", bound=StrEnum)
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
LOWER_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Source:
    """The file being read, as it is named in findings."""

    file: str
    findings: Findings
    zone: ZoneInfo

    def at(self, line: int) -> str:
        return f"{self.file}:{line}"

    def report(self, line: int, what: str, mend: str) -> None:
        self.findings.report(self.at(line), what, mend)

    def table(self, node: Node, name: str) -> "Fields":
        """The node as fields; anything but a table is reported and reads as an empty one."""
        if isinstance(node, Table):
            return Fields(self, node, name)
        self.report(node.line, f"{name} is not a table of keys", "write `key: value` lines under it")
        return Fields(self, Table(node.line, ()), name, broken=True)

    def items(self, node: Node, name: str) -> tuple[Node, ...]:
        if isinstance(node, Listing):
            return node.items
        if not (isinstance(node, Scalar) and node.empty):
            self.report(node.line, f"{name} is not a list", "start each entry with a dash, or write [a, b]")
        return ()

    def text(self, node: Node, name: str) -> str:
        """One text; empty, and reported, when it is none."""
        if not isinstance(node, Scalar) or node.empty or not node.text.strip():
            self.report(node.line, f"{name} is not a text", "write one; put it in quotes if it holds : { [ or #")
            return ""
        if len(node.text) > MAX_TEXT:
            self.report(node.line, f"{name} has {len(node.text):,} characters", f"keep it under {MAX_TEXT:,}")
            return ""
        return node.text.strip()

    def identifier(self, node: Node, name: str, pattern: re.Pattern[str] = LOWER_WORD) -> str:
        text = self.text(node, name)
        if text and not pattern.fullmatch(text):
            self.report(node.line, f"{name} {text[:60]!r} is not an id", "use small letters, digits and _, starting with a letter")
        return text


class Fields:
    """Keys of one table. A missing required key is reported once; the value read is then an empty one."""

    def __init__(self, source: Source, table: Table, name: str, *, broken: bool = False) -> None:
        self.source = source
        self.line = table.line
        self.name = name
        self.broken = broken
        self.entries = {entry.key: entry for entry in table.entries}
        self.asked: list[str] = []

    @property
    def place(self) -> str:
        return self.source.at(self.line)

    def report(self, key: str, what: str, mend: str) -> None:
        line = self.entries[key].value.line if key in self.entries else self.line
        self.source.report(line, f"{self.name}: {what}", mend)

    def optional(self, key: str) -> Node | None:
        """The value of a key, None when it is absent or empty."""
        self.asked.append(key)
        entry = self.entries.get(key)
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.empty):
            return None
        return entry.value

    def needed(self, key: str) -> Node | None:
        value = self.optional(key)
        if value is None and not self.broken:
            self.report(key, f"has no {key!r}", "add it")
        return value

    def line_of(self, key: str) -> int:
        return self.entries[key].value.line if key in self.entries else self.line

    def done(self) -> None:
        """Report every key that nobody asked for."""
        for key, entry in self.entries.items():
            if key not in self.asked:
                text = isinstance(entry.value, Scalar) and entry.value.empty
                mend = "put the whole text in quotes, it holds a comma" if text else nearest_of(key, tuple(self.asked))
                self.source.report(entry.line, f"{self.name}: unknown key {key!r}", mend)

    def text(self, key: str) -> str:
        value = self.needed(key)
        return "" if value is None else self.source.text(value, f"{self.name}: {key}")

    def maybe_text(self, key: str) -> str | None:
        value = self.optional(key)
        return None if value is None else self.source.text(value, f"{self.name}: {key}")

    def identifier(self, key: str, pattern: re.Pattern[str] = LOWER_WORD) -> str:
        value = self.needed(key)
        return "" if value is None else self.source.identifier(value, f"{self.name}: {key}", pattern)

    def word(self, key: str, words: type[Word], default: Word | None = None) -> Word:
        """One of a fixed set of words."""
        first = next(iter(words))
        value = self.needed(key) if default is None else self.optional(key)
        if value is None:
            return default or first
        text = self.source.text(value, f"{self.name}: {key}")
        allowed = tuple(word.value for word in words)
        if text in allowed:
            return words(text)
        if text:
            self.report(key, f"{key} {text!r} is unknown", nearest_of(text, allowed))
        return first

    def reference(self, key: str, sort: str) -> str:
        """One declared word of a sort; whether it exists is checked at the end."""
        text = self.text(key)
        if text:
            self.source.findings.refer(sort, text, self.source.at(self.line_of(key)))
        return text

    def words(self, key: str, *, needed: bool = False) -> tuple[tuple[str, int], ...]:
        """A list of texts with their lines."""
        value = self.needed(key) if needed else self.optional(key)
        if value is None:
            return ()
        items = self.source.items(value, f"{self.name}: {key}")
        read = tuple((self.source.text(item, f"{self.name}: an entry of {key}"), item.line) for item in items)
        seen: set[str] = set()
        for text, line in read:
            if text in seen:
                self.source.report(line, f"{self.name}: {text!r} stands twice in {key}", "keep one of them")
            seen.add(text)
        return tuple((text, line) for text, line in read if text)

    def references(self, key: str, sort: str) -> tuple[str, ...]:
        """A list of declared words of a sort; whether they exist is checked at the end."""
        read = self.words(key)
        for text, line in read:
            self.source.findings.refer(sort, text, self.source.at(line))
        return tuple(text for text, _ in read)

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number within bounds, inclusive."""
        value = self.needed(key) if default is None else self.optional(key)
        if value is None:
            return low if default is None else default
        text = self.source.text(value, f"{self.name}: {key}")
        number = as_number(text)
        if number is None or not low <= number <= high:
            self.report(key, f"{key} {text[:40]!r} is not a number from {low:g} to {high:g}", "write such a number without a unit")
            return low
        return number

    def share(self, key: str, default: float) -> float:
        """`2 %` or `2` as 0.02, within 0 .. 100 %. A bare number between 0 and 1 could mean either, so it is refused."""
        value = self.optional(key)
        if value is None:
            return default
        text = self.source.text(value, f"{self.name}: {key}")
        share = as_share(text)
        bare = as_number(text)
        if share is None and bare is not None and (bare == 0 or abs(bare) >= 1):
            share = bare / 100
        if share is None:
            self.report(key, f"{key} {text[:40]!r} is not a share", "write it with its unit, as in 2 %")
        elif not 0 <= share <= 1:
            self.report(key, f"{key} {text[:40]!r} is outside 0 .. 100 %", "write a share from 0 % to 100 %")
        else:
            return share
        return default

    def flag(self, key: str) -> bool:
        """true or false; false when it is absent."""
        text = self.maybe_text(key)
        if text not in {None, "true", "false"}:
            self.report(key, f"{key} {str(text)[:40]!r} is neither true nor false", "write true or false")
        return text == "true"

    def duration(self, key: str, default: timedelta | None = None) -> timedelta:
        """A length of time above zero, with its unit."""
        value = self.needed(key) if default is None else self.optional(key)
        if value is None:
            return default or timedelta()
        text = self.source.text(value, f"{self.name}: {key}")
        length = as_duration(text)
        if length is None:
            mend = "write it with its unit, as in 7 days or 12 hours, at most 100 years"
            self.report(key, f"{key} {text[:40]!r} is not a length of time", mend)
        elif length <= timedelta():
            self.report(key, f"{key} is {text}", "it must be longer than nothing")
        else:
            return length
        return default or timedelta()

    def moment(self, key: str, *, end_of_day: bool = False) -> datetime | None:
        value = self.optional(key)
        if value is None:
            return None
        text = self.source.text(value, f"{self.name}: {key}")
        moment = as_moment(text, self.source.zone, end_of_day=end_of_day)
        if moment is None:
            self.report(key, f"{key} {text[:40]!r} is not a day", "write it as 2026-01-31 or 2026-01-31 18:00")
        return moment

    def localized(self, key: str, *, needed: bool = True) -> dict[str, str]:
        """A text by language; the languages must be declared."""
        value = self.needed(key) if needed else self.optional(key)
        return {} if value is None else localized(self.source, value, f"{self.name}: {key}")

    def table(self, key: str) -> "Fields | None":
        value = self.optional(key)
        return None if value is None else self.source.table(value, f"{self.name}: {key}")

    def items(self, key: str) -> tuple[Node, ...]:
        value = self.optional(key)
        return () if value is None else self.source.items(value, f"{self.name}: {key}")

    def named(self, key: str, *, needed: bool = False) -> Iterator[tuple[str, int, Node]]:
        """The entries of a table below `key`: id, line, value."""
        value = self.needed(key) if needed else self.optional(key)
        if value is None:
            return
        inner = self.source.table(value, f"{self.name}: {key}")
        for entry in inner.entries.values():
            yield entry.key, entry.line, entry.value


def localized(source: Source, node: Node, name: str) -> dict[str, str]:
    """{language: text}; every language is referred to, an empty table is reported."""
    if not isinstance(node, Table) or not node.entries:
        source.report(node.line, f"{name} is not a text by language", "write it as {zh-CN: ..., en: ...}")
        return {}
    read = {}
    for entry in node.entries:
        source.findings.refer("language", entry.key, source.at(entry.line))
        read[entry.key] = source.text(entry.value, f"{name} in {entry.key}")
    return read
