"""What an editor is told agrees with what load says: good books pass, and what load refuses by shape an editor underlines."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from test_load_refusals import CASES

from playbooks.editor.contents import KINDS, kind_of, schema_of_kind
from playbooks.load import default_book
from playbooks.reading.files import playbook_files

BOOKS = [Path(__file__).parent / "books" / "tiny", *(path.parent for path in default_book().parent.glob("*/playbook.yaml"))]


def as_editors_read(text: str) -> Any:
    """YAML as a language server sees it; days stay texts."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors["tag:yaml.org,2002:timestamp"] = yaml.constructor.yaml_constructors["tag:yaml.org,2002:str"]
    return yaml.load(text)


def underlined(kind: str, text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(schema_of_kind(kind)).iter_errors(as_editors_read(text))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(schema_of_kind(kind))


@pytest.mark.parametrize("folder", BOOKS, ids=lambda folder: folder.name)
def test_nothing_in_a_good_book_is_underlined(folder: Path) -> None:
    found = {name: underlined(kind_of(name), (folder / name).read_text("utf-8")) for name in playbook_files(folder)}
    assert not {name: errors for name, errors in found.items() if errors}


@pytest.mark.parametrize(("file", "before"), [("knowledge/bill.yaml", "    answer:"), ("sops/lost_card.yaml", "steps:")])
def test_knowledge_may_be_valid_for_a_time(book: Path, file: str, before: str) -> None:
    indent = " " * (len(before) - len(before.lstrip()))
    for validity, fine in (
        ("{from: 2026-03-01, until: 2026-03-31 18:00}", True),
        ("{until: 2026-03-31}", True),
        ("{till: 2026-03-31}", False),
    ):
        text = (book / file).read_text("utf-8").replace(before, f"{indent}valid: {validity}\n{before}", 1)
        assert (underlined(kind_of(file), text) == []) is fine, validity


SHAPE = (
    "unknown key",
    "is unknown",
    "with its unit",
    "could never end",
    "has no '",
    "not a number from 0",
    "did you mean 'sell'",
    "three capital",
    "not an id",
)


@pytest.mark.parametrize(
    ("file", "before", "after", "says"), [case for case in CASES if any(word in case[3] for word in SHAPE) and "timezone" not in case[1]]
)
def test_what_load_refuses_by_its_shape_an_editor_underlines(book: Path, file: str, before: str, after: str, says: str) -> None:
    text = (book / file).read_text("utf-8").replace(before, after, 1)
    assert underlined(kind_of(file), text), says
