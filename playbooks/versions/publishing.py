"""From an approved draft to what is said: published or scheduled as a numbered version, and rolled back in one step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from playbooks.errors import StepNotAllowed, VersionConflict
from playbooks.load import fingerprint, load_contents
from playbooks.versions.drafting import MOST_NOTE, Hand
from playbooks.versions.kept import Draft, Release, Standing, State, Step, Version, cleared, final, in_effect, pending
from playbooks.versions.shelf import Contents, OpenShelf, Shelf


@dataclass(frozen=True, slots=True)
class Term:
    """When a version is in effect. begins None: at once. until None: for good; else what ruled before comes back then."""

    begins: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Every version with its standing now, and every release, oldest first."""

    versions: tuple[tuple[Version, Standing], ...]
    releases: tuple[Release, ...]
    ruling: Release | None


def take_over(shelf: Shelf, contents: Contents, hand: Hand, note: str) -> Version | None:
    """Make the book that is served without versions the first version, so that one can go back to it. None when there is one already."""
    load_contents("the book as it is served", contents)
    with shelf.open() as opened:
        if opened.numbers():
            return None
        version = _numbered(opened, contents, Version(0, None, hand.by, None, hand.at, note, ""))
        opened.keep_release(Release(version.number, hand.at, None, hand.by, hand.at, note))
    return version


def publish(shelf: Shelf, draft_id: str, hand: Hand, term: Term, note: str = "") -> Release:
    """Turn an approved draft into the next version and say when it takes effect. Its files must load, or nothing happens.

    Raises StepNotAllowed without an approval or for a time that cannot be, VersionConflict when another version came in between.
    """
    begins = term.begins or hand.at
    with shelf.open() as opened:
        draft, contents = opened.draft(draft_id), opened.draft_contents(draft_id)
        _refuse(opened, draft, hand, Term(begins, term.until))
        load_contents(f"draft {draft_id}", contents)
        version = Version(0, draft_id, draft.author, draft.approved_by, hand.at, note[:MOST_NOTE] or draft.note, "")
        version = _numbered(opened, contents, version)
        step = Step("published", hand.by, hand.at, f"as version {version.number}")
        opened.keep_draft(replace(draft, state=State.PUBLISHED, version=version.number, steps=(*draft.steps, step)), {})
        release = Release(version.number, begins, term.until, hand.by, hand.at, version.note)
        opened.keep_release(release)
    return release


def roll_back(shelf: Shelf, number: int | None, hand: Hand, note: str = "") -> Release:
    """Let an earlier version rule again, at once; None: the newest that ruled and has a smaller number. What was scheduled is taken off the list, since it was written on top.

    Raises VersionNotFound, PlaybookInvalid when the version's files no longer load, StepNotAllowed when there is nothing to go back to.
    """
    with shelf.open() as opened:
        wanted = _before(opened, hand.at) if number is None else number
        load_contents(f"version {wanted}", opened.version_contents(wanted))
        release = Release(wanted, hand.at, None, hand.by, hand.at, note[:MOST_NOTE], clears=True)
        opened.keep_release(release)
    return release


def history(shelf: Shelf, at: datetime) -> History:
    with shelf.open() as opened:
        releases = opened.releases()
        versions = [opened.version(number) for number in opened.numbers()]
    ruling = in_effect(releases, at)
    waiting = {release.version for release in pending(releases, at)}
    standings = tuple((version, _standing(version.number, ruling, waiting)) for version in versions)
    return History(standings, releases, ruling)


def _standing(number: int, ruling: Release | None, waiting: set[int]) -> Standing:
    if ruling is not None and ruling.version == number:
        return Standing.PUBLISHED
    return Standing.SCHEDULED if number in waiting else Standing.RETIRED


def _numbered(opened: OpenShelf, contents: Mapping[str, bytes], version: Version) -> Version:
    numbered = replace(version, number=max(opened.numbers(), default=0) + 1, fingerprint=fingerprint(contents))
    opened.keep_version(numbered, contents)
    return numbered


def _before(opened: OpenShelf, at: datetime) -> int:
    releases = opened.releases()
    ruling = in_effect(releases, at)
    now = ruling.version if ruling else 0
    earlier = [
        one.version for number, one in enumerate(releases) if one.begins <= at and one.version < now and not cleared(releases, number)
    ]
    if not earlier:
        raise StepNotAllowed("there is no earlier version to go back to; publish one first")
    return max(earlier)


def _refuse(opened: OpenShelf, draft: Draft, hand: Hand, term: Term) -> None:
    if draft.state is not State.APPROVED:
        raise StepNotAllowed(f"draft {draft.draft_id} is {draft.state}; it can be published only when it is {State.APPROVED}")
    begins = term.begins or hand.at
    if begins < hand.at:
        raise StepNotAllowed(
            f"a version cannot take effect at {begins:%Y-%m-%d %H:%M %Z}, which is past; leave the time out to publish at once"
        )
    if term.until is not None and term.until <= begins:
        raise StepNotAllowed("a version cannot end before it begins; set until after from, or leave it out")
    last = final(opened.releases())
    if last is None:
        return
    if last.version != draft.base:
        raise VersionConflict(
            f"draft {draft.draft_id} was opened from version {draft.base}, and version {last.version} came after; "
            "bring the draft up to date, or it would undo what others published"
        )
    if begins < last.begins:
        raise StepNotAllowed(
            f"version {last.version} takes effect at {last.begins:%Y-%m-%d %H:%M %Z} and would undo this one; publish after that, or roll back first"
        )
