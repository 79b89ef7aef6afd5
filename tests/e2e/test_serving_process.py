"""`playcall serve` as an operator starts it: a process of its own, a champion taken up while it runs, a broken book refused at the door."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from verbs import run

from playbooks.load import default_book

pytestmark = pytest.mark.slow
PLAYCALL = [sys.executable, "-m", "serving.cli.main"]
PATIENCE_SECONDS = 60


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"PLAYCALL_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture(scope="module")
def home(world, tmp_path_factory) -> Path:
    """A home of its own: what is promoted here must not change the world of the other tests."""
    copied = tmp_path_factory.mktemp("process") / "home"
    shutil.copytree(world, copied)
    return copied


@pytest.fixture(scope="module")
def address(home) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.Popen([*PLAYCALL, "serve", "--clock", "data", "--port", str(port)], env=environment(home))
    yield f"http://127.0.0.1:{port}"
    started.terminate()
    assert started.wait(timeout=30) in {0, -signal.SIGTERM}, "an ordered stop ends well"


def soon(ask, wanted):
    """The first answer for which `wanted` holds; fails when none comes in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    answer = None
    while time.monotonic() < deadline:
        try:
            answer = ask()
        except OSError as away:
            answer = away
        else:
            if wanted(answer):
                return answer
        time.sleep(0.1)
    pytest.fail(f"not within {PATIENCE_SECONDS} s; last: {answer}")


def ready(address: str) -> dict:
    with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
        return json.load(answer)


def decide(address: str, home: Path) -> dict:
    key = json.loads((home / "keys.json").read_text())["agent"]
    body = {"interaction_id": "i-served", "customer_id": "c000001", "channel": "voice", "scene": {"resolved": True}}
    asked = urllib.request.Request(f"{address}/v1/decisions", json.dumps(body).encode(), method="POST")
    asked.add_header("Authorization", f"Bearer {key}")
    asked.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


def test_a_newly_promoted_champion_serves_without_a_restart(address, home):
    soon(lambda: ready(address), lambda answer: answer)
    before = decide(address, home)["model_versions"]["propensity"]
    # The demo's own seed: the same model under another number, which the gate lets through.
    trained = json.loads(run(home, "train", "--clock", "data", "--seed", "3", "--json").splitlines()[-1])["version"]
    assert trained != before
    run(home, "promote", "--clock", "data")
    decision = soon(lambda: decide(address, home), lambda answer: answer["model_versions"]["propensity"] == trained)
    assert decision["actions"]


def test_a_broken_playbook_stops_serve_at_its_start_with_file_and_line(home, tmp_path):
    book = tmp_path / "book"
    shutil.copytree(default_book(), book)
    header = book / "playbook.yaml"
    text = header.read_text(encoding="utf-8").replace("timezone: Asia/Shanghai", "timezone: Mars/Olympus")
    header.write_text(text, encoding="utf-8")
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "Mars/Olympus" in words)
    stopped = subprocess.run(
        [*PLAYCALL, "serve", "--playbook", str(book), "--port", "1"],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert stopped.returncode == 2
    assert f"playbook.yaml:{line}" in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_bad_rows_are_kept_aside_with_their_reason_and_counted(home, tmp_path):
    rows = tmp_path / "transactions.csv"
    rows.write_text(
        "transaction_id,customer_id,occurred_at,amount\nx1,c000001,2026-06-30T10:00:00Z,12\nx2,c000001,yesterday,12\nx3,,2026-06-30T10:00:00Z,12\n"
    )
    told = json.loads(run(home, "ingest", "transactions", str(rows), "--json"))["tables"][0]
    assert (told["read"], told["added"], told["quarantined"]) == (3, 1, 2)
    assert [refused["row"] for refused in told["refused"]] == [2, 3]
    assert "occurred_at" in told["refused"][0]["reason"]
