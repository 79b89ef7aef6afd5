"""Every shell and Python example of the README and the docs runs: blocks marked `bash` or `python`, a page's blocks in their order."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OF_ITS_OWN = ROOT / "docs" / "tutorial.md"
"""It changes the code and goes to and fro between shell and Python: tests/e2e/test_tutorial.py runs it, in a checkout and a home of its own."""
PAGES = [page for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))) if page != OF_ITS_OWN]
ADDRESS = "http://127.0.0.1:8000"
_BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.slow


def blocks(page: Path) -> list[tuple[str, str]]:
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def commands(tmp_path_factory) -> Path:
    """A folder for the front of the PATH, with our stand-ins."""
    folder = tmp_path_factory.mktemp("commands")
    for command in ("make", "playcall", "docker"):
        script = folder / command
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("example_commands.py")}" {command} "$@"\n')
        script.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def environment(commands, tmp_path_factory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("examples") / "home"
    own = {name: value for name, value in os.environ.items() if not name.startswith("PLAYCALL_")}
    path = os.pathsep.join([str(commands), str(Path(sys.executable).parent), own["PATH"]])
    given = own | {"PATH": path, "EXAMPLES": str(commands), "PLAYCALL_HOME": str(home), "PLAYCALL_CLOCK": "data", "PYTHONPATH": str(ROOT)}
    made = ["playcall", "demo", "--customers", "1000", "--months", "6", "--no-serve"]
    subprocess.run(made, env=given, check=True, capture_output=True)
    keys = json.loads((home / "keys.json").read_text())
    return given | {f"{role.upper()}_KEY": key for role, key in keys.items()} | {"KEY": keys["agent"]}


@pytest.fixture(scope="module")
def served(environment):
    """The address of a running service over the demo's home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "serving.cli.main", "serve", "--clock", "data", "--port", str(port)]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=1):
                break
        except OSError:
            time.sleep(0.1)
    yield address
    started.terminate()
    started.wait(timeout=20)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run(page, environment, served, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(environment["PLAYCALL_HOME"], home)
    here = environment | {"PLAYCALL_HOME": environment["PLAYCALL_HOME"] if ADDRESS in page.read_text(encoding="utf-8") else str(home)}
    shell = "\n".join(text for kind, text in blocks(page) if kind == "bash").replace(ADDRESS, served)
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shell], check=False, cwd=tmp_path, env=here, capture_output=True, text=True, timeout=400
    )
    assert ran.returncode == 0, f"{page.name}: {ran.stdout[-1500:]}\n{ran.stderr[-3000:]}"
    for number, (_, text) in enumerate(block for block in blocks(page) if block[0] == "python"):
        ran = subprocess.run([sys.executable, "-c", text], check=False, cwd=tmp_path, env=here, capture_output=True, text=True, timeout=400)
        assert ran.returncode == 0, f"{page.name}, Python example {number + 1}: {ran.stderr[-3000:]}"


def test_both_readmes_show_the_same_commands():
    english, chinese = ([text for _, text in blocks(ROOT / name)] for name in ("README.md", "README.zh-CN.md"))
    assert english == chinese
