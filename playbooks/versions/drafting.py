"""How a draft is written: opened from what rules, changed file by file, brought up to date. Nobody's work is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from playbooks.errors import StepNotAllowed, VersionConflict, VersionNotFound
from playbooks.reading.files import FOLDERS, HEADER, SINGLE, belongs
from playbooks.reading.nodes import MAX_BYTES
from playbooks.versions.kept import Draft, Mark, State, Step, final
from playbooks.versions.shelf import Contents, OpenShelf, Shelf
from playbooks.writing.one_value import with_value
from playbooks.writing.wording import Value

CLOSED = frozenset({State.PUBLISHED, State.DROPPED})
MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something, and when."""

    by: str
    at: datetime


def open_draft(shelf: Shelf, hand: Hand, note: str) -> Draft:
    """A draft of its own for this author, with the files of the version that rules; empty while there is none."""
    with shelf.open() as opened:
        ruling = final(opened.releases())
        base = ruling.version if ruling else 0
        last = max((int(draft_id.removeprefix("d")) for draft_id in opened.draft_ids()), default=0)
        steps = (Step("opened", hand.by, hand.at, note[:MOST_NOTE]),)
        draft = Draft(f"d{last + 1}", hand.by, note[:MOST_NOTE], base, 0, State.DRAFT, steps=steps)
        opened.keep_draft(draft, opened.version_contents(base) if base else {})
    return draft


def write_files(shelf: Shelf, draft_id: str, changes: Mapping[str, bytes | None], hand: Hand, seen: int) -> Draft:
    """Put files into a draft, None removes one. seen: the revision the writer had before the eyes.

    Two people may change different files at once. Raises VersionConflict when one of these files changed after `seen`, and nothing is written.
    """
    for name, body in changes.items():
        _refuse_misplaced(name, body)
    with shelf.open() as opened:
        draft = opened.draft(draft_id)
        _refuse_closed(draft)
        for name in changes:
            _refuse_overwriting(draft, name, seen)
        before = opened.draft_contents(draft_id)
        real = {name: body for name, body in changes.items() if before.get(name) != body}
        if not real:
            return draft
        revision = draft.revision + 1
        marks = {name: Mark(revision, hand.by, body is None) for name, body in real.items()}
        note = ", ".join(sorted(real))
        draft = _changed(replace(draft, revision=revision, marks={**draft.marks, **marks}), Step("wrote", hand.by, hand.at, note))
        opened.keep_draft(draft, real)
    return draft


def set_value(shelf: Shelf, draft_id: str, name: str, path: str, value: Value | None, hand: Hand, seen: int) -> Draft:
    """Change one value of one file of a draft and leave every other character as it was; None takes it out. Like write_files otherwise.

    Raises FieldNotFound and FieldNotSet as `with_value` does, VersionNotFound where the draft has no such file.
    """
    with shelf.open() as opened:
        body = opened.draft_contents(opened.draft(draft_id).draft_id).get(name)
    if body is None:
        raise VersionNotFound(f"draft {draft_id} has no file {name[:100]!r}; write the whole file first")
    return write_files(shelf, draft_id, {name: with_value(name, body, path, value)}, hand, seen)


def write_whole(shelf: Shelf, draft_id: str, contents: Contents, hand: Hand, seen: int) -> Draft:
    """Make the draft hold exactly these files."""
    with shelf.open() as opened:
        there = opened.draft_contents(draft_id)
    gone: dict[str, bytes | None] = dict.fromkeys(set(there) - set(contents))
    return write_files(shelf, draft_id, {**gone, **contents}, hand, seen)


def bring_up_to_date(shelf: Shelf, draft_id: str, hand: Hand, ours: frozenset[str] = frozenset()) -> Draft:
    """Put a draft on top of the version that rules now: each file that only one side changed is that side's.

    ours: files changed on both sides in which the draft's text stands, after somebody has looked.
    Raises VersionConflict with the files that both sides changed.
    """
    with shelf.open() as opened:
        draft = opened.draft(draft_id)
        _refuse_closed(draft)
        ruling = final(opened.releases())
        if ruling is None or ruling.version == draft.base:
            return draft
        merged = _merged(opened, draft, ruling.version, ours)
        draft = replace(draft, base=ruling.version, revision=draft.revision + 1)
        draft = _changed(draft, Step("brought up to date", hand.by, hand.at, f"with version {ruling.version}"))
        opened.keep_draft(draft, merged)
    return draft


def drop(shelf: Shelf, draft_id: str, hand: Hand, note: str) -> Draft:
    """Give a draft up. Its files stay to be read."""
    with shelf.open() as opened:
        draft = opened.draft(draft_id)
        _refuse_closed(draft)
        draft = replace(draft, state=State.DROPPED, steps=(*draft.steps, Step("dropped", hand.by, hand.at, note[:MOST_NOTE])))
        opened.keep_draft(draft, {})
    return draft


def _merged(opened: OpenShelf, draft: Draft, version: int, ours: frozenset[str]) -> dict[str, bytes | None]:
    base = opened.version_contents(draft.base) if draft.base else {}
    theirs, mine = opened.version_contents(version), opened.draft_contents(draft.draft_id)
    names = sorted(set(base) | set(theirs) | set(mine))
    changed = [name for name in names if theirs.get(name) != base.get(name)]
    both = [name for name in changed if mine.get(name) != base.get(name) and mine.get(name) != theirs.get(name)]
    torn = sorted(set(both) - ours)
    if torn:
        raise VersionConflict(
            f"draft {draft.draft_id}: {', '.join(torn)} changed here and in version {version}; "
            "put both together in the draft, then bring it up to date keeping these files"
        )
    return {name: theirs.get(name) for name in changed if name not in both}


def _changed(draft: Draft, step: Step) -> Draft:
    """An edit voids checks and approvals."""
    return replace(draft, state=State.DRAFT, steps=(*draft.steps, step))


def _refuse_misplaced(name: str, body: bytes | None) -> None:
    if not belongs(name):
        raise StepNotAllowed(
            f"{name[:100]!r} is no file of a playbook; use {HEADER}, {', '.join(SINGLE)} or the folders {', '.join(FOLDERS)}"
        )
    if body is not None and len(body) > MAX_BYTES:
        raise StepNotAllowed(f"{name}: the file has {len(body):,} bytes; keep a file under {MAX_BYTES:,} bytes, split it")


def _refuse_closed(draft: Draft) -> None:
    if draft.state in CLOSED:
        raise StepNotAllowed(f"draft {draft.draft_id} is {draft.state}; open a new one")


def _refuse_overwriting(draft: Draft, name: str, seen: int) -> None:
    mark = draft.marks.get(name)
    if mark is not None and mark.revision > seen:
        raise VersionConflict(
            f"draft {draft.draft_id}: {name} was {'removed' if mark.gone else 'changed'} by {mark.by} in revision {mark.revision}, "
            f"after revision {seen} which you saw; read it again and put your change on top"
        )
