"""The copies of models a home keeps, so that it serves while the registry is away: a folder an alias, in it a folder a version."""

import logging
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from training.saved import SavedScorer

_LAST = "last"
"""Beside the copies: which of them the alias named when it was last seen."""
_log = logging.getLogger(__name__)


def read(folder: Path, version: str) -> SavedScorer | None:
    """The copy of this version; None when there is none, or none that can be read."""
    copy = folder / version
    if not copy.exists():
        return None
    try:
        return SavedScorer.load(copy, version)
    except (OSError, ValueError, LookupError, TypeError) as damaged:
        _log.warning("the copy of the model in %s cannot be read: %s", copy, damaged)
        return None


def last_good(folder: Path) -> SavedScorer | None:
    """The copy that was loaded last, which after a rollback is not the newest one, or else the newest that can be read; None when there is none."""
    found = [copy.name for copy in folder.iterdir() if copy.name.isdecimal()] if folder.exists() else []
    newest_first = sorted(found, key=int, reverse=True)
    last = folder / _LAST
    named = [last.read_text(encoding="utf-8")] if last.is_file() else []
    copies = (read(folder, version) for version in dict.fromkeys([*named, *newest_first]))
    return next((copy for copy in copies if copy is not None), None)


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


def keep(source: Path, folder: Path, version: str, *, instead: bool = False) -> None:
    """Copy a saved model into the folder, whole or not at all. Of two that bring the same version at once, one is enough.

    instead: in place of a copy that cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{version}.", dir=folder, ignore_cleanup_errors=True) as arriving:
        whole = shutil.copytree(source, Path(arriving) / version)
        if instead:
            with suppress(FileNotFoundError):
                (folder / version).replace(Path(arriving) / "damaged")
        try:
            whole.replace(folder / version)
        except OSError:
            if not (folder / version).exists():
                raise
