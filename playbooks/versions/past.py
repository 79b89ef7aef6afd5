"""What a file of an open draft said before, revision by revision: what somebody had before the eyes when others wrote on."""

from playbooks.versions.cabinet import Drawer

MOST_KEPT = 50
"""A file's newest former texts are kept; who comes with an older revision has nothing to be put together with."""


def keep(drawer: Drawer, draft_id: str, name: str, since: int, until: int, body: bytes | None) -> None:
    """The file stood like this from revision `since` up to, and without, `until`; None: there was none."""
    folder = _folder(draft_id) + f"{name}/"
    drawer.write(f"{folder}{since:06d}-{until:06d}", body or b"")
    for old in list(drawer.names(folder))[:-MOST_KEPT]:
        drawer.remove(old)


def stood(drawer: Drawer, draft_id: str, name: str, seen: int) -> bytes | None:
    """The file at revision `seen`, before it changed; empty where there was none, None where it is not kept."""
    folder = _folder(draft_id) + f"{name}/"
    for one in drawer.names(folder):
        since, _, until = one.removeprefix(folder).partition("-")
        if int(since) <= seen < int(until):
            return drawer.read(one)
    return None


def forget(drawer: Drawer, draft_id: str) -> None:
    for name in drawer.names(_folder(draft_id)):
        drawer.remove(name)


def _folder(draft_id: str) -> str:
    return f"drafts/{draft_id}/past/"
