"""Which files make a playbook, and their bytes."""

from pathlib import Path

from playbooks.errors import PlaybookInvalid
from playbooks.reading.findings import Findings
from playbooks.reading.nodes import MAX_BYTES, Node, parse_yaml

HEADER = "playbook.yaml"
SINGLE = ("policies.yaml", "weights.yaml", "phrases.yaml", "greetings.yaml")
FOLDERS = ("actions", "knowledge", "sops")
MAX_FILES = 2000


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


def read_trees(folder: Path, findings: Findings) -> tuple[dict[str, Node], dict[str, bytes]]:
    """The tree of every file that can be read, by relative path, and the bytes of all; the rest is reported."""
    files = playbook_files(folder)
    if len(files) > MAX_FILES:
        findings.report(shown(folder), f"holds {len(files):,} files", f"keep a playbook under {MAX_FILES:,} files")
        files = files[:MAX_FILES]
    trees: dict[str, Node] = {}
    contents: dict[str, bytes] = {}
    for name in files:
        place = shown(folder / name)
        if not _expected(name):
            findings.report(
                f"{place}:1", "is no file of a playbook", f"use {HEADER}, {', '.join(SINGLE)} or the folders {', '.join(FOLDERS)}"
            )
            continue
        with (folder / name).open("rb") as stream:
            contents[name] = stream.read(MAX_BYTES + 1)
        parsed = parse_yaml(contents[name])
        for flaw in parsed.flaws:
            findings.report(f"{place}:{flaw.line}", flaw.what, flaw.mend)
        if parsed.root is not None:
            trees[name] = parsed.root
    return trees, contents


def _expected(name: str) -> bool:
    parts = name.split("/")
    if not name.endswith(".yaml"):
        return False
    return name in (HEADER, *SINGLE) if len(parts) == 1 else len(parts) == 2 and parts[0] in FOLDERS
