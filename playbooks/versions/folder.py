"""The cabinet as plain files: a folder a person can read and put under git."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LOCK = ".lock"
FRESH = ".fresh"


@dataclass(slots=True)
class FolderDrawer:
    """Changes wait until the transaction ends; reads see them at once."""

    root: Path
    changes: dict[str, bytes | None] = field(default_factory=dict)

    def read(self, name: str) -> bytes | None:
        return self.changes[name] if name in self.changes else _read(self.root / name)

    def bodies(self, prefix: str) -> dict[str, bytes]:
        return {name: body for name in self.names(prefix) if (body := self.read(name)) is not None}

    def write(self, name: str, body: bytes) -> None:
        self.changes.pop(name, None)
        self.changes[name] = body

    def remove(self, name: str) -> None:
        self.changes[name] = None

    def names(self, prefix: str) -> list[str]:
        within = prefix.rpartition("/")[0]
        kept = {path.relative_to(self.root).as_posix() for path in (self.root / within).rglob("*") if path.is_file()}
        kept = {name for name in kept if not name.endswith((FRESH, LOCK))}
        kept -= {name for name, body in self.changes.items() if body is None}
        kept |= {name for name, body in self.changes.items() if body is not None}
        return sorted(name for name in kept if name.startswith(prefix))


@dataclass(frozen=True, slots=True)
class Folder:
    """A Cabinet in one folder, shared by the processes of one machine."""

    root: Path

    @contextmanager
    def open(self) -> Iterator[FolderDrawer]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            drawer = FolderDrawer(self.root)
            yield drawer
            for name, body in drawer.changes.items():
                _put(self.root / name, body)

    def glance(self, name: str) -> bytes | None:
        return _read(self.root / name)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(path: Path, body: bytes | None) -> None:
    """A reader sees the whole old file or the whole new one, also after a crash."""
    if body is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + FRESH)
    with fresh.open("wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
