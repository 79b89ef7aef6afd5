"""The books that come with Playcall may be published as they are: no error and no warning of any rule."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.schema import schema_of
from features.views import VIEWS
from playbooks.lint.finding import Severity
from playbooks.lint.run import lint_folder
from playbooks.load import default_book

BOOKS = sorted(folder.parent.name for folder in default_book().parent.glob("*/playbook.yaml"))
KNOWN = frozenset(f"customer.{name}" for name in (*schema_of(VIEWS).numbers, *schema_of(VIEWS).texts))


def test_the_default_book_is_one_of_them() -> None:
    assert default_book().name in BOOKS


@pytest.mark.parametrize("name", BOOKS)
def test_a_book_of_the_library_passes_the_gate(name: str) -> None:
    folder: Path = default_book().parent / name
    found = lint_folder(folder, KNOWN, datetime(2026, 1, 1, tzinfo=UTC))
    assert not [str(one) for one in found if one.severity is not Severity.NOTE]
