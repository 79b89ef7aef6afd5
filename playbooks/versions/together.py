"""Two people on one draft: what each changed is put together, file by file and value by value, or refused as a whole."""

from collections.abc import Mapping

from playbooks.errors import VersionConflict
from playbooks.merging.conflict import Conflict, whole_file
from playbooks.merging.one_file import Merged, file_together
from playbooks.versions import past
from playbooks.versions.kept import Draft, Mark
from playbooks.versions.shelf import Contents, OpenShelf

MOST_TOLD = 3
Changes = Mapping[str, bytes | None]


def on_top(opened: OpenShelf, draft: Draft, standing: Contents, changes: Changes, seen: int) -> dict[str, bytes | None]:
    """The changed files on top of those that stand. seen: the revision their writer started from.

    Raises VersionConflict with every value that was changed after `seen` and is changed again to something else.
    """
    merged = {name: _on_top(opened, draft, name, body, standing.get(name), seen) for name, body in changes.items()}
    torn = {name: one.conflicts for name, one in merged.items() if one.conflicts}
    if torn:
        told = ". ".join(f"{_by_whom(name, draft.marks[name], seen)}: {_told(conflicts)}" for name, conflicts in torn.items())
        raise VersionConflict(f"draft {draft.draft_id}: {told}; read it again and put your change on top", _all(torn))
    return {name: one.body for name, one in merged.items()}


def with_version(version: int, draft: Draft, sides: tuple[Contents, Contents, Contents], ours: frozenset[str]) -> dict[str, bytes | None]:
    """The draft's files that change when it is put on top of a version. sides: the version it was opened from, that version, the draft.

    ours: files in which the draft's text stands. Raises VersionConflict with every value that both changed to something else.
    """
    base, theirs, mine = sides
    names = [name for name in sorted({*base, *theirs, *mine}) if theirs.get(name) != base.get(name) and name not in ours]
    merged = {name: file_together(name, base.get(name), theirs.get(name), mine.get(name)) for name in names}
    torn = {name: one.conflicts for name, one in merged.items() if one.conflicts}
    if torn:
        told = ". ".join(f"{name} changed here and in version {version}: {_told(conflicts)}" for name, conflicts in torn.items())
        mend = "put both together in the draft, then bring it up to date keeping these files"
        raise VersionConflict(f"draft {draft.draft_id}: {told}; {mend}", _all(torn))
    return {name: one.body for name, one in merged.items() if one.body != mine.get(name)}


def as_seen(opened: OpenShelf, draft: Draft, name: str, seen: int) -> bytes | None:
    """The file as it was at revision `seen`; as it stands where that is not kept. None: there is no such file."""
    mark = draft.marks.get(name)
    before = past.stood(opened.drawer, draft.draft_id, name, seen) if mark is not None and mark.revision > seen else None
    return before or opened.draft_contents(draft.draft_id).get(name)


def _on_top(opened: OpenShelf, draft: Draft, name: str, mine: bytes | None, theirs: bytes | None, seen: int) -> Merged:
    mark = draft.marks.get(name)
    if mark is None or mark.revision <= seen:
        return Merged(mine)
    base = past.stood(opened.drawer, draft.draft_id, name, seen)
    if base is None:
        return Merged(theirs) if mine == theirs else Merged(theirs, (whole_file(name, None, theirs, mine),))
    return file_together(name, base or None, theirs, mine)


def _by_whom(name: str, mark: Mark, seen: int) -> str:
    deed = "removed" if mark.gone else "changed"
    return f"{name} was {deed} by {mark.by} in revision {mark.revision}, after revision {seen} which you saw"


def _told(conflicts: tuple[Conflict, ...]) -> str:
    more = len(conflicts) - MOST_TOLD
    return ", and ".join([*map(str, conflicts[:MOST_TOLD]), *([f"{more} more"] if more > 0 else [])])


def _all(torn: Mapping[str, tuple[Conflict, ...]]) -> tuple[Conflict, ...]:
    return tuple(conflict for conflicts in torn.values() for conflict in conflicts)
