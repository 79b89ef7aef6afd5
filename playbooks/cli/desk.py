"""What the verbs of a playbook are given from outside, since playbooks know neither features nor the clock."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playbooks.load import default_book, load_playbook
from playbooks.schema.playbook import Playbook
from playbooks.versions.ruling import ruling_book
from playbooks.versions.shelf import Shelf

DRAFT = re.compile(r"d\d+")


@dataclass(frozen=True, slots=True)
class Desk:
    """known_fields: `customer.<name>` of every feature there is. now: the present, aware. shelves: the versions of a book by its id. first: the folder when none is named."""

    known_fields: Callable[[], frozenset[str]]
    now: Callable[[], datetime]
    shelves: Callable[[str], Shelf]
    first: Path = field(default_factory=default_book)

    def shelf(self, folder: Path | None) -> Shelf:
        """The versions of the book in this folder; None is the default book."""
        return self.shelves(load_playbook(folder or self.first).playbook_id)

    def book(self, name: str, folder: Path | None = None) -> Playbook:
        """A folder, a draft (d3), a version (3), or `live`: of the book in `folder`.

        Raises PlaybookInvalid with every finding, VersionNotFound for a draft or version that is not there.
        """
        if Path(name).is_dir():
            return load_playbook(Path(name))
        if DRAFT.fullmatch(name):
            return self.shelf(folder).load_draft(name)
        if name.isdigit():
            return self.shelf(folder).load(int(name))
        return self._live(folder) if name == "live" else load_playbook(Path(name))

    def _live(self, folder: Path | None) -> Playbook:
        return ruling_book(folder or self.first, self.shelves, self.now())
