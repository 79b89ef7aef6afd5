"""Which files make a playbook, and their bytes."""

import re
from collections.abc import Mapping
from pathlib import Path

from playbooks.errors import PlaybookInvalid
from playbooks.reading.findings import Findings
from playbooks.reading.nodes import MAX_BYTES, Node, parse_yaml

HEADER = "playbook.yaml"
SINGLE = ("policies.yaml", "weights.yaml", "phrases.yaml", "greetings.yaml")
FOLDERS = ("actions", "knowledge", "sops")
MAX_FILES = 2000
MAX_TOTAL_BYTES = 8 * 1024 * 1024
FILE_NAME = re.compile(r"\w[\w.-]{0,99}\.yaml")


def playbook_files(folder: Path) -> list[str]:
    """Every YAML file of the folder, relative with slashes, sorted. Raises PlaybookInvalid when there is no playbook here."""
    if not (folder / HEADER).is_file():
        error = PlaybookInvalid(f"{shown(folder)}: holds no {HEADER}; name the folder of a playbook")
        error.findings = (str(error),)
        raise error
    found = sorted(path for pattern in ("*.y*ml", "*/*.y*ml", "*/*/**/*.y*ml") for path in folder.glob(pattern) if path.is_file())
    return [path.relative_to(folder).as_posix() for path in found]


def shown(path: Path) -> str:
    """The path as people read it: relative to where they stand when it is below."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_absolute() and path.is_relative_to(here) else path.as_posix()


def read_contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every YAML file by relative path, each cut one byte over what a file may have, so that a huge one costs little."""
    contents: dict[str, bytes] = {}
    for name in playbook_files(folder)[: MAX_FILES + 1]:
        with (folder / name).open("rb") as stream:
            contents[name] = stream.read(MAX_BYTES + 1)
    return contents


def trees_of(label: str, contents: Mapping[str, bytes], findings: Findings) -> dict[str, Node]:
    """The tree of every file that can be read, by relative path; the rest is reported. label: how people call the folder."""
    if HEADER not in contents:
        findings.report(label, f"holds no {HEADER}", "add one")
    if len(contents) > MAX_FILES:
        findings.report(label, f"holds more than {MAX_FILES:,} files", f"keep a playbook under {MAX_FILES:,} files")
    if sum(map(len, contents.values())) > MAX_TOTAL_BYTES:
        findings.report(label, f"holds more than {MAX_TOTAL_BYTES:,} bytes", "split it into books of their own")
        return {}
    trees: dict[str, Node] = {}
    for name in sorted(contents)[:MAX_FILES]:
        place = f"{label}/{name}"
        if not belongs(name):
            mend = f"use {HEADER}, {', '.join(SINGLE)} or the folders {', '.join(FOLDERS)}"
            findings.report(f"{place}:1", "is no file of a playbook", mend)
            continue
        parsed = parse_yaml(contents[name])
        for flaw in parsed.flaws:
            findings.report(f"{place}:{flaw.line}", flaw.what, flaw.mend)
        if parsed.root is not None:
            trees[name] = parsed.root
    return trees


def belongs(name: str) -> bool:
    """Whether a playbook may have a file of this relative path."""
    parts = name.split("/")
    if not FILE_NAME.fullmatch(parts[-1]):
        return False
    return name in (HEADER, *SINGLE) if len(parts) == 1 else len(parts) == 2 and parts[0] in FOLDERS
