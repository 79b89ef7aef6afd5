"""The copies of models a home keeps, so that it serves while the registry is away: a folder an alias, in it a folder a version."""

import logging
import os
import shutil
from pathlib import Path

from training.saved import SavedScorer

_LAST = "last"
"""Beside the copies: which of them the alias named when it was last seen."""
_log = logging.getLogger(__name__)


def last_good(folder: Path) -> SavedScorer | None:
    """The copy that was loaded last, which after a rollback is not the newest one; None when there is none."""
    versions = sorted(folder.glob("*/model.txt"), key=lambda found: int(found.parent.name)) if folder.exists() else []
    last = folder / _LAST
    named = folder / last.read_text(encoding="utf-8") / "model.txt" if last.is_file() else None
    if named is not None and named.exists():
        versions.append(named)
    if not versions:
        return None
    newest = versions[-1].parent
    return SavedScorer.load(newest, newest.name)


def remember(folder: Path, version: str) -> None:
    """A home that cannot be written to serves all the same, and takes its newest copy when the registry is away."""
    last = folder / _LAST
    if last.is_file() and last.read_text(encoding="utf-8") == version:
        return
    arriving = folder / f".{version}.{os.getpid()}.last"
    try:
        arriving.write_text(version, encoding="utf-8")
        arriving.replace(last)
    except OSError as refused:
        _log.warning("%s cannot be written: %s", last, refused)


def keep(source: Path, folder: Path, version: str) -> None:
    """Copy a saved model into the folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    arriving = folder / f".{version}.arriving"
    shutil.rmtree(arriving, ignore_errors=True)
    shutil.copytree(source, arriving)
    arriving.replace(folder / version)
