"""Where the playbook versions of a tenant are kept."""

import re

from playbooks.versions.folder import Folder
from playbooks.versions.shelf import Shelf
from serving.errors import SettingsError
from serving.settings import Settings

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


def shelf_of(settings: Settings, tenant: str, playbook_id: str) -> Shelf:
    """The versions of this book. Raises SettingsError for a tenant whose name cannot be that of a folder."""
    if not SAFE.fullmatch(tenant):
        raise SettingsError(f"tenant {tenant[:80]!r} cannot keep playbooks; name it with letters, digits, _ . and -")
    return Shelf(Folder(settings.home.playbooks / tenant / playbook_id))
