"""docs/playbooks.md teaches the language with a book that loads, passes the gate and names every word of it."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from source import ROOT

from features.schema import schema_of
from features.views import VIEWS
from playbooks.cli.desk import Desk
from playbooks.cli.setting import set_command
from playbooks.condition.vocabulary import CLOSED_ROOTS
from playbooks.editor.contents import KINDS
from playbooks.lint import RULES
from playbooks.lint.finding import Severity
from playbooks.lint.run import lint_folder
from playbooks.load import load_playbook
from playbooks.schema.playbook import Playbook
from playbooks.schema.words import ActionClass, ActionKind, Level, PolicyStage, Stage
from serving.api import playbooks, releases, simulation
from serving.cli.playbook import playbook_group

PAGE = (ROOT / "docs" / "playbooks.md").read_text("utf-8")
BLOCK = re.compile(r"^```yaml (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
KNOWN = frozenset(f"customer.{name}" for name in (*schema_of(VIEWS).numbers, *schema_of(VIEWS).texts))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The book of the page."""
    for name, text in BLOCK.findall(PAGE):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_the_examples_are_one_book_that_passes_the_gate(folder: Path):
    found = lint_folder(folder, KNOWN, datetime(2026, 1, 1, tzinfo=UTC))
    assert not [str(one) for one in found if one.severity is Severity.ERROR]


def test_the_values_the_page_sets_are_set_in_its_book(folder: Path):
    lines = [shlex.split(line)[3:] for line in PAGE.splitlines() if line.startswith("playcall playbook set my-book")]
    assert len(lines) >= 2
    for _, file, path, value in lines:
        done = CliRunner().invoke(set_command, [str(folder), file, path, value], obj=Desk(frozenset, datetime.now, lambda _: None))
        assert done.exit_code == 0, done.exception
    assert load_playbook(folder).levers[0].percent == 25


def test_the_book_shows_every_noun(folder: Path):
    book = load_playbook(folder)
    empty = [name for name in Playbook.__dataclass_fields__ if not getattr(book, name)]
    assert not empty


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_every_rule_of_the_gate_is_on_the_page(rule):
    assert f"| {rule.rule_id} |" in PAGE


@pytest.mark.parametrize("words", [ActionKind, ActionClass, PolicyStage, Level, Stage], ids=lambda words: words.__name__)
def test_every_fixed_word_is_on_the_page(words):
    assert not [word.value for word in words if not re.search(rf"\b{word.value}\b", PAGE)]


def test_every_name_a_condition_may_read_is_on_the_page():
    assert not [
        f"{root}.{leaf}" for root, leaves in CLOSED_ROOTS.items() for leaf in leaves if f"`{root}.`" not in PAGE or leaf not in PAGE
    ]


def test_every_verb_and_every_kind_of_schema_is_on_the_page():
    verbs = playbook_group.list_commands(click.Context(playbook_group))
    assert not [verb for verb in verbs if f"playcall playbook {verb}" not in PAGE and f"`{verb}" not in PAGE]
    assert not [kind for kind in KINDS if kind not in PAGE]


def test_every_route_of_playbooks_is_on_the_page():
    paths = {route.path for noun in (playbooks, releases, simulation) for route in noun.router.routes}
    shown = {re.sub(r"\{[^}]*\}", "{}", path) for path in re.findall(r"(/(?:v1/playbooks|drafts|versions)[^`\s,]*)", PAGE)}
    shown |= {f"/v1/playbooks{path}" for path in shown if not path.startswith("/v1")}
    assert not {re.sub(r"\{[^}]*\}", "{}", path) for path in paths} - shown
