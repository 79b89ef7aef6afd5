"""docs/library.md counts the books as they are."""

import re

from source import ROOT

from playbooks.load import default_book, load_playbook
from playbooks.schema.playbook import Playbook

PAGE = (ROOT / "docs" / "library.md").read_text("utf-8")


def words(book: Playbook) -> str:
    said = sum(len(words) for reason in book.contact_reasons.values() for words in reason.keywords.values())
    return f"{len(book.contact_reasons)}, {said} words"


COUNTS = {
    "actions": lambda book: str(len(book.actions)),
    "scripts": lambda book: str(sum(len(action.scripts) for action in book.actions.values())),
    "knowledge articles": lambda book: str(len(book.articles)),
    "step-by-step SOPs": lambda book: str(len(book.sops)),
    "contact reasons": words,
    "phrases": lambda book: str(len(book.phrases)),
    "openings and closings": lambda book: str(len(book.openings) + len(book.closings)),
}


def test_the_page_counts_what_is_in_the_books():
    books = [load_playbook(default_book().parent / name) for name in ("card", "telecom")]
    for begins, count in COUNTS.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| {begins}"))
        assert re.split(r"\s*\|\s*", row)[2:4] == [count(book) for book in books], row
