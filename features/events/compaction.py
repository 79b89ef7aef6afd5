"""Many small files become few: pushed rows arrive a handful at a time, and a reader pays for every file."""

import fcntl
import math
import os
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb

from features.events import sql
from features.events.layout import sort_columns
from features.events.manifest import Manifest, Part, TableState, manifest_path
from features.events.tables import TABLES
from features.events.writing import STAGING, write_part

FILES_PER_SIZE = 8
LARGEST_MERGED = 4_000_000
RETIRED_SECONDS = 3600


def compacted(connection: duckdb.DuckDBPyConnection, lake: Path, manifest: Manifest) -> Manifest:
    """The manifest with every crowded size class merged into one file; the files it replaces are retired. Rows are the same."""
    run = f"{manifest.generation:08d}-merged"
    for name, state in manifest.tables.items():
        order = sql.names(sort_columns(TABLES[name])) if name in TABLES else "file, row"
        parts, old_parts = _merged(connection, lake, name, state.parts, file=f"{run}.parquet", order=order)
        later, old_later = _merged(connection, lake, name, state.superseded, file=f"{run}-superseded.parquet", order="seq")
        if old_parts or old_later:
            merged = TableState(parts, later, state.events, state.newest)
            for file in (*old_parts, *old_later):
                os.utime(lake / file)
            manifest = replace(manifest, tables={**manifest.tables, name: merged}, retired=(*manifest.retired, *old_parts, *old_later))
    return manifest


def sweep(lake: Path, manifest: Manifest) -> None:
    """Delete what no manifest names (a dead writer's files) and what was retired long ago. Call it as the only writer, after a commit."""
    wanted = manifest.files() | set(manifest.retired)
    newest = manifest_path(lake).stat().st_mtime
    for path in lake.glob("*/*.parquet"):
        file = str(path.relative_to(lake))
        if file not in wanted or (file in manifest.retired and newest - path.stat().st_mtime > RETIRED_SECONDS):
            path.unlink()
    for held in (lake / STAGING).glob("*.lock"):
        _sweep_staging(held)


def living(lake: Path, manifest: Manifest) -> Manifest:
    """The manifest without retired files that are gone already."""
    return replace(manifest, retired=tuple(file for file in manifest.retired if (lake / file).exists()))


def _merged(
    connection: duckdb.DuckDBPyConnection, lake: Path, table: str, parts: tuple[Part, ...], *, file: str, order: str
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """Parts after the merge, and the names of the files that were merged. A file is merged with files of its own size only, so that
    a row is written anew a handful of times, however many pushes follow it."""
    classes: dict[int, list[Part]] = {}
    for part in parts:
        classes.setdefault(int(math.log(part.rows, FILES_PER_SIZE)), []).append(part)
    crowded = [part for same in classes.values() if len(same) >= FILES_PER_SIZE for part in same]
    if not crowded or sum(part.rows for part in crowded) > LARGEST_MERGED:
        return parts, ()
    rows = sql.parquet(lake / part.file for part in crowded)
    fresh = write_part(connection, lake, f"{table}/{file}", f"SELECT * FROM {rows} ORDER BY {order}")
    return tuple(part for part in parts if part not in crowded) + fresh, tuple(part.file for part in crowded)


def _sweep_staging(held: Path) -> None:
    """A staging folder whose lock nobody holds belongs to a writer that died."""
    with held.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(held.with_suffix(""), ignore_errors=True)
        held.unlink(missing_ok=True)
