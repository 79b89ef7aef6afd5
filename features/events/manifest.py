"""What the lake holds right now: one small file, replaced in one step, so that a killed writer leaves the last good state."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from features.errors import TableError

FORMAT = 1
QUARANTINE = "quarantine"
EMPTY_FINGERPRINT = "empty"


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable Parquet file, named relative to the lake."""

    file: str
    rows: int


@dataclass(frozen=True, slots=True)
class TableState:
    """One table's files. `superseded` parts say since when older rows are out of date; events counts keys, rows counts versions."""

    parts: tuple[Part, ...] = ()
    superseded: tuple[Part, ...] = ()
    events: int = 0
    newest: datetime | None = None

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole lake at one moment. Every commit makes a new one.

    next_seq: the number the next stored row gets; rows are numbered in the order they arrived.
    retired: files no longer read, kept a while for readers that opened an older manifest.
    """

    generation: int = 0
    next_seq: int = 0
    fingerprint: str = EMPTY_FINGERPRINT
    tables: dict[str, TableState] = field(default_factory=dict)
    retired: tuple[str, ...] = ()

    def table(self, name: str) -> TableState:
        return self.tables.get(name, TableState())

    def files(self) -> set[str]:
        """Every file that is still read."""
        return {part.file for state in self.tables.values() for part in (*state.parts, *state.superseded)}


def manifest_path(lake: Path) -> Path:
    return lake / "manifest.json"


def read_manifest(lake: Path) -> Manifest:
    """The last committed state; an empty manifest when nothing was ever committed. Raises TableError when the file is of another format."""
    path = manifest_path(lake)
    try:
        said = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Manifest()
    if said.get("format") != FORMAT:
        raise TableError(f"{path}: written in format {said.get('format')}, this version reads {FORMAT}; use the version that wrote it")
    tables = {name: _state(state) for name, state in said["tables"].items()}
    return Manifest(said["generation"], said["next_seq"], said["fingerprint"], tables, tuple(said["retired"]))


def commit_manifest(lake: Path, manifest: Manifest) -> None:
    """Make `manifest` the lake's state. Durable when it returns; before that moment readers see the old one whole."""
    path = manifest_path(lake)
    fresh = path.with_suffix(".next")
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, default=_plain, separators=(",", ":"))
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(lake)


def sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make renames and new names in the folder survive a power cut."""
    sync_file(folder)


@contextmanager
def writer_lock(lake: Path) -> Iterator[None]:
    """One writer at a time, over all processes. The system lets go of the lock when its holder dies."""
    lake.mkdir(parents=True, exist_ok=True)
    with (lake / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _state(said: dict[str, Any]) -> TableState:
    newest = said["newest"]
    return TableState(
        tuple(Part(**part) for part in said["parts"]),
        tuple(Part(**part) for part in said["superseded"]),
        said["events"],
        None if newest is None else datetime.fromisoformat(newest),
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot stand in a manifest")
