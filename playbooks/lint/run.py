"""All rules over one playbook."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from playbooks.errors import PlaybookInvalid
from playbooks.lint import RULES
from playbooks.lint.finding import Finding, Severity, Subject, finding
from playbooks.load import load_contents, load_playbook
from playbooks.schema.playbook import Playbook

LOAD = "load"


def lint(playbook: Playbook, known_fields: frozenset[str] | None = None, at: datetime | None = None) -> list[Finding]:
    """Findings in the order of the rules, then of the files.

    known_fields: `customer.<name>` of every feature that exists; None leaves that unchecked. at: the present; None leaves expiry unchecked.
    """
    subject = Subject(playbook, known_fields, at)
    found: list[Finding] = []
    for rule in RULES:
        flags = (finding(rule.rule_id, flag.severity or rule.severity, flag.place, flag.message, flag.mend) for flag in rule.check(subject))
        found.extend(sorted(set(flags)))
    return found


def lint_folder(folder: Path, known_fields: frozenset[str] | None = None, at: datetime | None = None) -> list[Finding]:
    """Like lint, from the files; what keeps them from being read at all are findings of the rule `load`."""
    return _lint(lambda: load_playbook(folder), known_fields, at)


def lint_contents(label: str, contents: Mapping[str, bytes], known_fields: frozenset[str] | None, at: datetime | None) -> list[Finding]:
    """The same, from bytes by relative path; label is what the whole is called in findings."""
    return _lint(lambda: load_contents(label, contents), known_fields, at)


def _lint(load: Callable[[], Playbook], known_fields: frozenset[str] | None, at: datetime | None) -> list[Finding]:
    try:
        playbook = load()
    except PlaybookInvalid as invalid:
        return [load_finding(text) for text in invalid.findings]
    return lint(playbook, known_fields, at)


def load_finding(text: str) -> Finding:
    """A finding of load as one of lint."""
    place, _, rest = text.partition(": ")
    what, _, mend = rest.rpartition("; ")
    return finding(LOAD, Severity.ERROR, place, what, mend)


def has_errors(findings: list[Finding]) -> bool:
    return any(one.severity is Severity.ERROR for one in findings)
