"""The search over a playbook, made when it is first asked for and anew for each version."""

from dataclasses import dataclass, field
from threading import Lock

from playbooks.schema.playbook import Playbook
from playbooks.search import Search, entries_of


@dataclass(slots=True)
class Finder:
    """One index is kept: that of the book in use."""

    _made: tuple[Playbook, Search] | None = field(init=False, default=None)
    _lock: Lock = field(init=False, default_factory=Lock)

    def of(self, playbook: Playbook) -> Search:
        """Takes a moment for a new book: ask for it in a thread."""
        with self._lock:
            if self._made is None or self._made[0] is not playbook:
                self._made = (playbook, Search(entries_of(playbook)))
            return self._made[1]
