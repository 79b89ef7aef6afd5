"""docs/tutorial.md, run from its first block to its last in a checkout of its own: what it shows is what came, and what it claims is so."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from looking import comes
from shown_outputs import not_printed

from features.home import Home
from training.registry import CHALLENGER, CHAMPION, Registry
from training.registry_champions import PREVIOUS, WITHDRAWN
from training.saved import SavedScorer

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial.md"
_BLOCK = re.compile(r"^```(bash|python|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ALIASES = (CHAMPION, CHALLENGER, PREVIOUS, WITHDRAWN)
FEATURE = "app_payments_90d"
FAILED = "--- the shell ended"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@dataclass
class Shell:
    """One bash for the whole page, as a reader has one: what a block exports or starts is there for the next."""

    folder: Path
    environment: dict[str, str]
    blocks: int = 0
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            ["bash", "-euo", "pipefail"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        # A service that was started holds the pipe open: the shell must say itself that it is gone.
        self._tell(f"trap 'echo; echo {FAILED}' EXIT")

    def run(self, kind: str, text: str) -> str:
        """What the block printed. A block that fails ends the shell, and the test."""
        self.blocks += 1
        block = self.folder.parent / f"block-{self.blocks}"
        block.write_text(text if kind == "bash" else f"python - <<'PYTHON'\n{text}PYTHON\n", encoding="utf-8")
        end = f"--- end of block {self.blocks}"
        self._tell(f"source {block} < /dev/null\necho; echo {end}")
        assert self.process.stdout is not None
        printed: list[str] = []
        for line in self.process.stdout:
            if line.strip() == end:
                return "".join(printed)
            if line.strip() == FAILED:
                break
            printed.append(line)
        raise AssertionError(f"block {self.blocks} failed:\n{text}\n{''.join(printed)[-3000:]}")

    def _tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def stop(self) -> None:
        """The shell and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, 9)
        self.process.wait(timeout=20)


@dataclass
class Day:
    """printed: by block that prints, with what the page shows of it. aliases: after each verb that moves one."""

    checkout: Path
    shown: list[tuple[str, str]] = field(default_factory=list)
    aliases: dict[str, dict[str, str | None]] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)

    @property
    def home(self) -> Home:
        return Home(self.checkout / "my-day")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """What a reader has: the tree, without anything that was made in it."""
    folder = tmp_path_factory.mktemp("tutorial") / "checkout"
    made = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "my-*")
    return shutil.copytree(ROOT, folder, ignore=made)


def _environment(checkout: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PLAYCALL_", "PYTEST_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), own["PATH"]])
    return own | {"PATH": path, "PYTHONPATH": str(checkout), "GIT_CEILING_DIRECTORIES": str(checkout.parent)}


def _ready(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def day(checkout) -> Iterator[Day]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page, day = PAGE.read_text(encoding="utf-8").replace("8000", str(port)), Day(checkout)
    shell, printed = Shell(checkout, _environment(checkout)), ""
    try:
        for kind, text in _BLOCK.findall(page):
            if kind == "text":
                day.shown.append((text, printed))
                printed = ""
                continue
            asks = "\npython ask.py" in f"\n{text}"
            if asks:
                # A reader takes longer than the service's polling; we look instead of waiting.
                champion = Registry(day.home).alias_version(CHAMPION)
                assert comes(lambda wanted=champion: _ready(f"http://127.0.0.1:{port}")["model_version"] == wanted, 60)
            said = shell.run(kind, text)
            printed += said
            if asks:
                day.answers.append(said)
            if text.startswith("playcall promote"):
                registry = Registry(day.home)
                day.aliases[text.split()[2]] = {alias: registry.alias_version(alias) for alias in ALIASES}
        yield day
    finally:
        shell.stop()


def test_every_output_the_page_shows_is_what_the_run_printed(day):
    wrong = [
        f"the page shows\n  {line}\nthe run printed\n{printed}" for shown, printed in day.shown for line in not_printed(shown, printed)
    ]
    assert not wrong, "\n".join(wrong)
    assert len(day.shown) > 15


def test_the_feature_is_a_column_of_the_training_set_and_counts_what_was_counted_by_hand(day):
    rows = pd.read_parquet(day.checkout / "training.parquet").merge(
        pd.read_parquet(day.checkout / "by_hand.parquet"), on=["decision_id", "action_id"]
    )
    assert len(rows) > 5000
    assert (rows[FEATURE] == rows["by_hand"]).all()
    assert rows[FEATURE].max() > 10


def test_training_took_the_feature_up_by_itself(day):
    first, second = ({*_saved(day, version).columns.names} for version in ("1", "2"))
    assert second - first == {FEATURE}
    assert first < second


def _saved(day: Day, version: str) -> SavedScorer:
    return Registry(day.home).load_version(version)


def test_the_promotion_moved_the_champion_and_the_rollback_put_it_back(day):
    assert day.aliases["--clock"] == {CHAMPION: "2", CHALLENGER: "2", PREVIOUS: "1", WITHDRAWN: None}
    assert day.aliases["--rollback"] == {CHAMPION: "1", CHALLENGER: None, PREVIOUS: None, WITHDRAWN: "2"}


def test_the_running_service_followed_both(day):
    served = [re.findall(r"decided by (\{.*?\})", answer) for answer in day.answers]
    assert served == [["{'propensity': '1'}"], ["{'propensity': '2'}"], ["{'propensity': '1'}"]]


def test_only_the_new_version_explains_itself_by_the_feature(day):
    assert [FEATURE in answer for answer in day.answers] == [False, True, False]


def test_the_drift_report_watches_the_feature(day):
    told = json.loads((day.checkout / "drift.json").read_text())
    assert told["champion"] == "2"
    assert FEATURE in {found["feature"] for found in told["features"]}
    assert (day.checkout / "drift.html").stat().st_size > 10_000


def test_the_checkout_is_as_it_was(day):
    for name in ("features/views/spending.py", "docs/features.md"):
        assert (day.checkout / name).read_bytes() == (ROOT / name).read_bytes()


@pytest.mark.parametrize(
    ("shown", "printed", "missing"),
    [
        ("auc 0.681", "a\n  auc   0.6795\n", []),
        ("auc 0.681", "auc 0.60", ["auc 0.681"]),
        ("version 2 is champion: log loss ... lower", "version 2 is champion: log loss 0.0013 lower", []),
        ("version 2 is champion", "version 1 is champion", ["version 2 is champion"]),
        ("rate 0.08", "rate 0.0849", []),
        ("rate 0.08", "rate 0.0901", ["rate 0.08"]),
        ("first\nsecond", "second\nfirst\n", ["second"]),
    ],
)
def test_what_is_shown_must_have_been_printed(shown, printed, missing):
    assert not_printed(shown, printed) == missing
