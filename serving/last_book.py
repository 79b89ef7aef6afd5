"""The last good book of a tenant, kept in the home: serving starts with it when the folder or the versions cannot be read."""

import hashlib
import json
import logging
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from playbooks.errors import PlaybookError
from playbooks.load import fingerprint, load_contents
from playbooks.reading.files import read_contents, shown
from playbooks.schema.playbook import Playbook

_log = logging.getLogger(__name__)
KEPT = "kept.json"
BOOK = "book/"


@dataclass(frozen=True, slots=True)
class Source:
    """A book and the files it was read from, by relative path. broken: the folder could not be read, and the last good book stands in for it."""

    playbook: Playbook
    contents: Mapping[str, bytes]
    broken: bool = False

    @property
    def published(self) -> bool:
        """Whether it is a numbered version and not a folder as it stood."""
        return self.playbook.version != fingerprint(self.contents)


@dataclass(frozen=True, slots=True)
class LastBook:
    """kept: where the last books are. folder: where this one came from; a book of another folder never stands in for it."""

    kept: Path
    tenant: str
    folder: Path

    @property
    def file(self) -> Path:
        """A zip archive a person can open."""
        return self.kept / f"{self.tenant}-{hashlib.sha256(self._name.encode()).hexdigest()[:8]}.zip"

    def first(self) -> Source:
        """The book of the folder, or the last good one in its place. Raises PlaybookInvalid with file and line when there is neither."""
        try:
            contents = read_contents(self.folder)
            return Source(load_contents(shown(self.folder), contents), contents)
        except (PlaybookError, OSError) as broken:
            last = self.read()
            if last is None:
                raise
            _log.error("the playbook cannot be used, so version %s, the last good one, decides: %s", last.playbook.version, broken)
            return Source(last.playbook, last.contents, broken=True)

    def read(self) -> Source | None:
        """The book kept for this folder; None when there is none, or none that this release can read."""
        try:
            with zipfile.ZipFile(self.file) as archive:
                told = json.loads(archive.read(KEPT))
                contents = {name.removeprefix(BOOK): archive.read(name) for name in archive.namelist() if name.startswith(BOOK)}
            if told["folder"] != self._name or told["fingerprint"] != fingerprint(contents):
                return None
            return Source(load_contents(f"{shown(self.file)}, version {told['version']}", contents, told["version"]), contents)
        except FileNotFoundError:
            return None
        except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, PlaybookError):
            _log.exception("the last good playbook cannot be read; it is kept anew with the next good one")
            return None

    def keep(self, version: str, contents: Mapping[str, bytes]) -> None:
        """Keep this book in place of the one before. A home that cannot be written to is said, and nothing stops."""
        told = {"version": version, "folder": self._name, "fingerprint": fingerprint(contents)}
        try:
            if self._told() == told:
                return
            self.file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.file.with_name(f"{self.file.name}.{uuid4().hex}")
            fresh.write_bytes(_archive(told, contents))
            fresh.replace(self.file)
        except OSError:
            _log.exception("version %s of the playbook cannot be kept for the next start", version)

    def _told(self) -> object:
        try:
            with zipfile.ZipFile(self.file) as archive:
                return json.loads(archive.read(KEPT))
        except (FileNotFoundError, zipfile.BadZipFile, ValueError, KeyError):
            return None

    @property
    def _name(self) -> str:
        return self.folder.resolve().as_posix()


def _archive(told: Mapping[str, str], contents: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(KEPT, json.dumps(told))
        for name, body in contents.items():
            archive.writestr(BOOK + name, body)
    return packed.getvalue()
