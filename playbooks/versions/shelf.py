"""The drafts, versions and releases of one playbook of one tenant, as they stand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from playbooks.errors import PlaybookInvalid, VersionNotFound
from playbooks.load import fingerprint, load_contents
from playbooks.schema.playbook import Playbook
from playbooks.versions import past
from playbooks.versions.cabinet import Cabinet, Drawer
from playbooks.versions.kept import CLOSED, Draft, Release, Version, in_effect, releases_of, to_draft, to_json, to_line, to_version

RELEASES = "releases.jsonl"
Contents = Mapping[str, bytes]


def _version_folder(number: int) -> str:
    return f"versions/{number:04d}/"


def _draft_folder(draft_id: str) -> str:
    return f"drafts/{draft_id}/"


@dataclass(frozen=True, slots=True)
class OpenShelf:
    """The shelf inside one transaction."""

    drawer: Drawer

    def draft(self, draft_id: str) -> Draft:
        body = self.drawer.read(_draft_folder(draft_id) + "draft.json") if draft_id in self.draft_ids() else None
        if body is None:
            raise VersionNotFound(f"no draft {draft_id!r}; there are {', '.join(self.draft_ids()) or 'none'}")
        return to_draft(body)

    def draft_ids(self) -> list[str]:
        found = {name.split("/")[1] for name in self.drawer.names("drafts/") if name.endswith("/draft.json")}
        return sorted(found, key=lambda draft_id: int(draft_id.removeprefix("d")))

    def draft_contents(self, draft_id: str) -> dict[str, bytes]:
        return self._contents(_draft_folder(draft_id) + "book/")

    def keep_draft(self, draft: Draft, changes: Mapping[str, bytes | None]) -> None:
        """The changed files, None for a removed one, and the draft itself."""
        folder = _draft_folder(draft.draft_id)
        for name, body in changes.items():
            if body is None:
                self.drawer.remove(f"{folder}book/{name}")
            else:
                self.drawer.write(f"{folder}book/{name}", body)
        if draft.state in CLOSED:
            past.forget(self.drawer, draft.draft_id)
        self.drawer.write(folder + "draft.json", to_json(draft))

    def version(self, number: int) -> Version:
        body = self.drawer.read(_version_folder(number) + "version.json")
        if body is None:
            there = ", ".join(map(str, self.numbers())) or "none"
            raise VersionNotFound(f"no version {number}; there are {there}")
        return to_version(body)

    def numbers(self) -> list[int]:
        return [int(name.split("/")[1]) for name in self.drawer.names("versions/") if name.endswith("/version.json")]

    def version_contents(self, number: int) -> dict[str, bytes]:
        """Raises PlaybookInvalid when a file was changed by hand: a version is immutable."""
        version, contents = self.version(number), self._contents(_version_folder(number) + "book/")
        if fingerprint(contents) != version.fingerprint:
            message = f"version {number}: its files are not those that were approved; restore them, or roll back to another version"
            error = PlaybookInvalid(message)
            error.findings = (message,)
            raise error
        return contents

    def keep_version(self, version: Version, contents: Contents) -> None:
        folder = _version_folder(version.number)
        for name in self.drawer.names(folder):
            self.drawer.remove(name)
        for name, body in contents.items():
            self.drawer.write(f"{folder}book/{name}", body)
        self.drawer.write(folder + "version.json", to_json(version))

    def releases(self) -> tuple[Release, ...]:
        return releases_of(self.drawer.read(RELEASES))

    def keep_release(self, release: Release) -> None:
        self.drawer.write(RELEASES, (self.drawer.read(RELEASES) or b"") + to_line(release))

    def _contents(self, folder: str) -> dict[str, bytes]:
        return {name.removeprefix(folder): body for name, body in self.drawer.bodies(folder).items()}


@dataclass(frozen=True, slots=True)
class Shelf:
    """One playbook's cabinet."""

    cabinet: Cabinet

    @contextmanager
    def open(self) -> Iterator[OpenShelf]:
        with self.cabinet.open() as drawer:
            yield OpenShelf(drawer)

    def ruling(self, at: datetime) -> Release | None:
        """The release in effect, read without waiting for anybody; None before the first."""
        return in_effect(releases_of(self.cabinet.glance(RELEASES)), at)

    def load(self, number: int) -> Playbook:
        """A version as a playbook; its version is its number. Raises VersionNotFound or PlaybookInvalid."""
        return load_contents(f"version {number}", self.contents(number), str(number))

    def contents(self, number: int) -> dict[str, bytes]:
        """The files of a version. Raises VersionNotFound, or PlaybookInvalid when they are not those that were approved."""
        with self.open() as shelf:
            return shelf.version_contents(number)

    def load_draft(self, draft_id: str) -> Playbook:
        """Raises VersionNotFound, or PlaybookInvalid with every finding."""
        with self.open() as shelf:
            contents = shelf.draft_contents(shelf.draft(draft_id).draft_id)
        return load_contents(f"draft {draft_id}", contents, draft_id)
