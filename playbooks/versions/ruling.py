"""The book that rules: the published version in effect, or the folder it is published from while there is none."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from playbooks.load import load_playbook
from playbooks.schema.playbook import Playbook
from playbooks.versions.shelf import Shelf


def ruling_book(folder: Path, shelves: Callable[[str], Shelf], at: datetime) -> Playbook:
    """The version of the folder's book in effect at `at`; the folder's own book where none was published.

    shelves: the versions of a book by its id. Raises PlaybookInvalid when what rules cannot be read.
    """
    book = load_playbook(folder)
    shelf = shelves(book.playbook_id)
    ruling = shelf.ruling(at)
    return book if ruling is None else shelf.load(ruling.version)
