"""From a folder of YAML to a playbook. The only reader; every value knows file:line, and all findings come at once."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from playbooks.reading.book import assemble
from playbooks.reading.consistency import check_whole
from playbooks.reading.files import read_contents, shown, trees_of
from playbooks.reading.findings import Findings
from playbooks.schema.playbook import Playbook

DEFAULT_BOOK = "card"


def default_book() -> Path:
    """The folder of the book that is used when none is named."""
    return Path(__file__).parent / "library" / DEFAULT_BOOK


def load_playbook(folder: Path, version: str | None = None) -> Playbook:
    """Read a playbook. `version` names it; without one it is named by a fingerprint of its files.

    Raises PlaybookInvalid with every finding, each `file:line: what is wrong; the mend`.
    """
    return load_contents(shown(folder), read_contents(folder), version)


def load_contents(label: str, contents: Mapping[str, bytes], version: str | None = None) -> Playbook:
    """Like load_playbook, from bytes by relative path. label: how the whole is called in findings, as in `draft d3`."""
    findings = Findings()
    trees = trees_of(label, contents, findings)
    playbook = assemble(label, trees, version or fingerprint(contents), findings)
    if playbook is not None:
        findings.check_references()
        check_whole(playbook, findings)
    findings.raise_if_any()
    if playbook is None:
        raise AssertionError("a playbook without a readable playbook.yaml has a finding")
    return playbook


def fingerprint(contents: Mapping[str, bytes]) -> str:
    """Twelve hexadecimal digits that change with any byte of any file."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{len(contents[name])}\0".encode())
        digest.update(contents[name])
    return digest.hexdigest()[:12]
