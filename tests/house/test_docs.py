"""What exists is written about: every verb, setting, route, event column, view and word of the playbook occurs in the docs (lint rules: test_docs_playbooks); every link leads somewhere."""

import re
from pathlib import Path

import click
import pytest
from fastapi.routing import APIRoute

from features.events.tables import TABLES
from features.views import VIEWS
from playbooks.schema.words import ActionClass, ActionKind, Level, PolicyStage, Stage
from serving.api import health
from serving.app import NOUNS
from serving.cli.main import VERBS, playcall
from serving.settings import VARIABLES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
DOCS = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.parent != ROOT or page.name == "README.md")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def verbs() -> list[str]:
    found = []
    for name in VERBS:
        command = playcall.get_command(click.Context(playcall), name)
        inner = command.list_commands(click.Context(command)) if isinstance(command, click.Group) else []
        found += [f"playcall {name} {verb}" for verb in inner] or [f"playcall {name}"]
    return found


def routes() -> list[tuple[str, str]]:
    """Method and path of each, as a reader writes them."""
    found = [route for noun in (*NOUNS, health) for route in noun.router.routes if isinstance(route, APIRoute)]
    return sorted((method, route.path.replace(":path}", "}")) for route in found for method in route.methods)


def told(method: str, path: str) -> bool:
    """One line names the path, whole, and the method."""
    whole = re.compile(re.escape(path) + r"[`\s?]")
    return any(method in line and whole.search(f"{line} ") for line in DOCS.splitlines())


def test_every_verb_occurs():
    assert [verb for verb in verbs() if verb not in DOCS] == []


def test_every_route_occurs():
    assert [route for route in routes() if not told(*route)] == []


def test_every_setting_occurs():
    assert [name for name in VARIABLES if name not in DOCS] == []


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_of_an_event_table_occurs(table):
    assert [column.name for column in table.columns if f"`{column.name}`" not in DOCS] == []


def test_every_view_and_its_features_occur():
    names = [view.name for view in VIEWS] + [field.name for view in VIEWS for field in view.fields]
    assert [name for name in names if name not in DOCS] == []


def test_every_word_of_the_playbook_language_occurs():
    words = [word.value for kind in (ActionKind, ActionClass, PolicyStage, Level, Stage) for word in kind]
    assert [word for word in words if word not in DOCS] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    assert [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()] == []
