"""The copies of models a home keeps, so that it serves while the registry is away: a folder an alias, in it a folder a version."""

import logging
import os
import shutil
import tempfile
from pathlib import Path

from training.saved import SavedScorer

_LAST = "last"
"""Beside the copies: which of them the alias named when it was last seen."""
_log = logging.getLogger(__name__)


def last_good(folder: Path) -> SavedScorer | None:
    """The copy that was loaded last, which after a rollback is not the newest one; None when there is none."""
    whole = [found for found in folder.glob("*/model.txt") if found.parent.name.isdecimal()] if folder.exists() else []
    versions = sorted(whole, key=lambda found: int(found.parent.name))
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
    """Copy a saved model into the folder, whole or not at all. Of two that bring the same version at once, one is enough."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{version}.", dir=folder, ignore_cleanup_errors=True) as arriving:
        whole = shutil.copytree(source, Path(arriving) / version)
        try:
            whole.replace(folder / version)
        except OSError:
            if not (folder / version).exists():
                raise
