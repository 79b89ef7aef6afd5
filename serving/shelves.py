"""Where the playbook versions of a tenant are kept: plain files in the home, or the database that PLAYCALL_DATABASE_URL names."""

import logging
import re
from functools import lru_cache
from pathlib import Path

from playbooks.versions.database import Database
from playbooks.versions.folder import Folder
from playbooks.versions.moving import move_in
from playbooks.versions.shelf import Shelf
from serving.errors import SettingsError
from serving.settings import Settings

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_log = logging.getLogger(__name__)


def shelf_of(settings: Settings, tenant: str, playbook_id: str) -> Shelf:
    """The versions of this book. Raises SettingsError for a tenant whose name cannot be that of a folder, VersionsAway without the database."""
    if not SAFE.fullmatch(tenant):
        raise SettingsError(f"tenant {tenant[:80]!r} cannot keep playbooks; name it with letters, digits, _ . and -")
    folder = settings.home.playbooks / tenant / playbook_id
    if not settings.database_url.startswith("postgresql"):
        return Shelf(Folder(folder))
    database = Database(settings.database_url, f"{tenant}/{playbook_id}")
    _taken_in(folder, database)
    return Shelf(database)


@lru_cache(maxsize=256)
def _taken_in(folder: Path, database: Database) -> None:
    """What was published as files before there was a database rules on."""
    if folder.is_dir() and move_in(Folder(folder), database):
        _log.warning("the versions in %s are in the database now; the folder is not read any more", folder)
