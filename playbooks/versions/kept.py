"""What is kept of drafts, versions and releases: plain values, and JSON of them with one key a line, so that git shows what changed."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from playbooks.errors import PlaybookInvalid


class State(StrEnum):
    """Where a draft stands. It moves one step at a time; an edit brings it back to draft and voids what was approved."""

    DRAFT = "draft"
    CHECKED = "checked"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    DROPPED = "dropped"


CLOSED = frozenset({State.PUBLISHED, State.DROPPED})
"""Where nothing is written any more."""


class Standing(StrEnum):
    """Where a version stands at a moment."""

    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    RETIRED = "retired"


WROTE = "wrote"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a draft, when and by whom (S8)."""

    deed: str
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """The revision of the draft in which a file last changed, by whom; gone when it was removed then."""

    revision: int
    by: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """base: number of the version it was opened from. revision counts its changes; marks: what changed since it was opened, by file."""

    draft_id: str
    author: str
    note: str
    base: int
    revision: int
    state: State
    marks: Mapping[str, Mark] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    version: int | None = None

    @property
    def writers(self) -> frozenset[str]:
        """Everybody whose words are in it; none of them may approve it. Who writes after somebody leaves that one's words in the file."""
        return frozenset({self.author, *(step.by for step in self.steps if step.deed == WROTE)})

    @property
    def approved_by(self) -> str | None:
        return self.steps[-1].by if self.state is State.APPROVED else None


@dataclass(frozen=True, slots=True)
class Version:
    """Numbered and immutable. fingerprint is that of its files, so that a file changed by hand is noticed."""

    number: int
    draft_id: str | None
    author: str
    approved_by: str | None
    made_at: datetime
    note: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Release:
    """A version takes effect. until None: for good. clears: releases made before and not yet in effect at `begins` never take effect."""

    version: int
    begins: datetime
    until: datetime | None
    by: str
    at: datetime
    note: str = ""
    clears: bool = False


def to_json(kept: Draft | Version | Release) -> bytes:
    return (json.dumps(asdict(kept), ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not kept")


@contextmanager
def _whole(what: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError) as damage:
        raise PlaybookInvalid(f"{what} is damaged ({type(damage).__name__}: {damage}); restore it from a copy") from damage


@_whole("the record of a draft (draft.json)")
def to_draft(body: bytes) -> Draft:
    """Raises PlaybookInvalid when it is damaged, like the two below."""
    read = json.loads(body)
    marks = {name: Mark(**mark) for name, mark in read["marks"].items()}
    steps = tuple(Step(**(step | {"at": datetime.fromisoformat(step["at"])})) for step in read["steps"])
    return Draft(**(read | {"state": State(read["state"]), "marks": marks, "steps": steps}))


@_whole("the record of a version (version.json)")
def to_version(body: bytes) -> Version:
    read = json.loads(body)
    return Version(**(read | {"made_at": datetime.fromisoformat(read["made_at"])}))


@_whole("the list of releases (releases.jsonl)")
def releases_of(body: bytes | None) -> tuple[Release, ...]:
    """The releases in the order they were made, one JSON object a line."""
    return tuple(_release(json.loads(line)) for line in (body or b"").splitlines() if line.strip())


def to_line(release: Release) -> bytes:
    return (
        json.dumps({one.name: getattr(release, one.name) for one in fields(release)}, ensure_ascii=False, default=_plain) + "\n"
    ).encode()


def _release(read: dict[str, Any]) -> Release:
    times = {name: datetime.fromisoformat(read[name]) if read[name] else None for name in ("begins", "until", "at")}
    return Release(**(read | times))


def in_effect(releases: tuple[Release, ...], at: datetime) -> Release | None:
    """The release that rules at `at`: of those begun, not ended and not cleared, the one that began last; of two at once the later made."""
    standing = [(one.begins, number, one) for number, one in enumerate(releases) if not cleared(releases, number)]
    begun = [entry for entry in standing if entry[0] <= at and (entry[2].until is None or at < entry[2].until)]
    return max(begun)[2] if begun else None


def pending(releases: tuple[Release, ...], at: datetime) -> tuple[Release, ...]:
    """Those that will take effect after `at`."""
    return tuple(one for number, one in enumerate(releases) if one.begins > at and not cleared(releases, number))


def cleared(releases: tuple[Release, ...], number: int) -> bool:
    """Whether a later rollback took this release off the list before it began."""
    return any(later.clears and later.begins < releases[number].begins for later in releases[number + 1 :])


def final(releases: tuple[Release, ...]) -> Release | None:
    """The release that will rule in the end, scheduled ones included: what the next draft is written on top of."""
    begins = [one.begins for number, one in enumerate(releases) if not cleared(releases, number)]
    return in_effect(releases, max(begins)) if begins else None
