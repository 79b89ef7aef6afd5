"""The one way rows enter the lake: write new files, make them durable, then replace the manifest."""

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from features.events import sql
from features.events.layout import PART_OPTIONS
from features.events.manifest import Manifest, Part, TableState, sync_file, sync_folder

MEMORY_LIMIT = "1100MB"
STAGING = "staging"


@dataclass(frozen=True, slots=True)
class Addition:
    """What a commit adds to one table. newest: the latest event time among the new rows; digest: the new keys in one number."""

    parts: tuple[Part, ...] = ()
    superseded: tuple[Part, ...] = ()
    events: int = 0
    newest: datetime | None = None
    digest: str = ""


@contextmanager
def staging_folder(lake: Path) -> Iterator[Path]:
    """A folder of this writer's own, gone at the end; those of dead writers are swept by `sweep` under the writer's lock."""
    home = lake / STAGING
    home.mkdir(parents=True, exist_ok=True)
    folder = home / f"{os.getpid()}-{secrets.token_hex(4)}"
    held = folder.with_suffix(".lock")
    with held.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
            held.unlink(missing_ok=True)


@contextmanager
def bounded_connection(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that stays within MEMORY_LIMIT and spills into the folder."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET temp_directory = {sql.text(str(folder / 'spill'))}")
        yield connection


def write_part(connection: duckdb.DuckDBPyConnection, lake: Path, file: str, select: str) -> tuple[Part, ...]:
    """Write the rows of a SELECT as one durable file; no file for no row."""
    path = lake / file
    path.parent.mkdir(parents=True, exist_ok=True)
    copied = connection.execute(f"COPY ({select}) TO {sql.text(str(path))} ({PART_OPTIONS})").fetchone()
    rows = int(copied[0]) if copied else 0
    if not rows:
        path.unlink(missing_ok=True)
        return ()
    sync_file(path)
    sync_folder(path.parent)
    return (Part(file, rows),)


def added(manifest: Manifest, table: str, addition: Addition, *, read: int) -> Manifest:
    """The manifest after the addition; `read` rows have got their numbers."""
    state = manifest.table(table)
    times = [time for time in (state.newest, addition.newest) if time is not None]
    grown = TableState(
        state.parts + addition.parts, state.superseded + addition.superseded, state.events + addition.events, max(times, default=None)
    )
    return replace(
        manifest,
        generation=manifest.generation + 1,
        next_seq=manifest.next_seq + read,
        fingerprint=_chained(manifest.fingerprint, table, addition),
        tables={**manifest.tables, table: grown},
    )


def _chained(fingerprint: str, table: str, addition: Addition) -> str:
    """The same deliveries in the same order give the same fingerprint in any home."""
    if not addition.digest:
        return fingerprint
    rows = sum(part.rows for part in addition.parts)
    return hashlib.sha256(f"{fingerprint}|{table}|{rows}|{addition.digest}".encode()).hexdigest()
