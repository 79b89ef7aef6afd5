"""How a draft is written: opened from what rules, changed by several people at once, brought up to date. Nobody's work is lost."""

from dataclasses import dataclass, replace
from datetime import datetime

from playbooks.errors import StepNotAllowed, VersionNotFound
from playbooks.reading.files import FOLDERS, HEADER, SINGLE, belongs
from playbooks.reading.nodes import MAX_BYTES
from playbooks.versions import past
from playbooks.versions.kept import CLOSED, WROTE, Draft, Mark, State, Step, final
from playbooks.versions.shelf import Contents, OpenShelf, Shelf
from playbooks.versions.together import Changes, as_seen, on_top, with_version
from playbooks.writing.one_value import with_value
from playbooks.writing.wording import Value

MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """The draft after the write. merged: files that do not say what was sent, since they hold what others wrote as well: read them again."""

    draft: Draft
    merged: frozenset[str]


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


def write_files(shelf: Shelf, draft_id: str, changes: Changes, hand: Hand, seen: int) -> Written:
    """Put files into a draft, None removes one. seen: the revision the writer had before the eyes.

    What others changed after `seen` stays, also in these files. Raises VersionConflict where they changed the same values, and nothing is written.
    """
    for name, body in changes.items():
        _refuse_misplaced(name, body)
    with shelf.open() as opened:
        draft = opened.draft(draft_id)
        _refuse_closed(draft)
        before = opened.draft_contents(draft_id)
        wanted = on_top(opened, draft, before, changes, seen)
        real = {name: body for name, body in wanted.items() if before.get(name) != body}
        if real:
            draft = _kept(opened, draft, before, real, Step(WROTE, hand.by, hand.at, ", ".join(sorted(real))))
    return Written(draft, frozenset(name for name, body in wanted.items() if body != changes[name]))


def set_value(shelf: Shelf, draft_id: str, name: str, path: str, value: Value | None, hand: Hand, seen: int) -> Written:
    """Change one value of one file of a draft and leave every other character as it was; None takes it out. Like write_files otherwise.

    Raises FieldNotFound and FieldNotSet as `with_value` does, VersionNotFound where the draft has no such file.
    """
    with shelf.open() as opened:
        body = as_seen(opened, opened.draft(draft_id), name, seen)
    if body is None:
        raise VersionNotFound(f"draft {draft_id} has no file {name[:100]!r}; write the whole file first")
    return write_files(shelf, draft_id, {name: with_value(name, body, path, value)}, hand, seen)


def write_whole(shelf: Shelf, draft_id: str, contents: Contents, hand: Hand, seen: int) -> Written:
    """Make the draft hold exactly these files."""
    with shelf.open() as opened:
        there = opened.draft_contents(draft_id)
    gone: dict[str, bytes | None] = dict.fromkeys(set(there) - set(contents))
    return write_files(shelf, draft_id, {**gone, **contents}, hand, seen)


def bring_up_to_date(shelf: Shelf, draft_id: str, hand: Hand, ours: frozenset[str] = frozenset()) -> Draft:
    """Put a draft on top of the version that rules now: what either side changed since the draft was opened is kept.

    ours: files changed on both sides in which the draft's text stands, after somebody has looked.
    Raises VersionConflict with the values that both sides changed, each to another one.
    """
    with shelf.open() as opened:
        draft = opened.draft(draft_id)
        _refuse_closed(draft)
        ruling = final(opened.releases())
        if ruling is None or ruling.version == draft.base:
            return draft
        base = opened.version_contents(draft.base) if draft.base else {}
        theirs, mine = opened.version_contents(ruling.version), opened.draft_contents(draft_id)
        merged = with_version(ruling.version, draft, (base, theirs, mine), ours)
        step = Step("brought up to date", hand.by, hand.at, f"with version {ruling.version}")
        return _kept(opened, replace(draft, base=ruling.version), mine, merged, step)


def drop(shelf: Shelf, draft_id: str, hand: Hand, note: str) -> Draft:
    """Give a draft up. Its files stay to be read."""
    with shelf.open() as opened:
        draft = opened.draft(draft_id)
        _refuse_closed(draft)
        draft = replace(draft, state=State.DROPPED, steps=(*draft.steps, Step("dropped", hand.by, hand.at, note[:MOST_NOTE])))
        opened.keep_draft(draft, {})
    return draft


def _kept(opened: OpenShelf, draft: Draft, before: Contents, changes: Changes, step: Step) -> Draft:
    """The next revision of a draft that held `before`. It voids checks and approvals."""
    revision = draft.revision + 1
    for name in changes:
        since = draft.marks[name].revision if name in draft.marks else 0
        past.keep(opened.drawer, draft.draft_id, name, since, revision, before.get(name))
    marks = {name: Mark(revision, step.by, body is None) for name, body in changes.items()}
    draft = replace(draft, revision=revision, state=State.DRAFT, marks={**draft.marks, **marks}, steps=(*draft.steps, step))
    opened.keep_draft(draft, changes)
    return draft


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
