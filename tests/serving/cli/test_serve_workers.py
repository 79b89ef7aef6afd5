"""Many workers over one home: what one was told, all know; when one is killed, the others go on and it comes back."""

import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from served_process import Served
from small_home import KNOWN

pytestmark = pytest.mark.slow


def _children(pid: int) -> set[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in listed if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


def _ask(served: Served, number: int) -> httpx.Response:
    body = {"interaction_id": f"talk-{number}", "customer_id": KNOWN[number % 3], "channel": "voice", "scene": {"resolved": True}}
    for _ in range(20):
        try:
            # A connection of its own for every request, so that the system spreads them over the workers.
            return httpx.post(f"{served.address}/v1/decisions", json=body, headers=served.headers(), timeout=10)
        except httpx.TransportError:
            time.sleep(0.2)  # It was in the hands of the worker that was killed.
    raise AssertionError("nobody answers")


def test_two_workers_are_one_service_and_a_killed_one_is_replaced(blank_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(blank_home.root, home)
    with Served(home, arguments=("--workers", "2")) as served:
        assert served.process is not None
        workers = _wait_for(served.process.pid, 2)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda number: _ask(served, number), range(40)))
        assert {answer.status_code for answer in answers} == {200}
        decisions = [answer.json()["decision_id"] for answer in answers]
        assert len(set(decisions)) == 40, "no two workers give the same id"
        for decision, answer in zip(decisions, answers, strict=True):
            read = httpx.get(f"{served.address}/v1/decisions/{decision}", headers=served.headers(), timeout=10)
            assert read.content == answer.content
        os.kill(min(workers), signal.SIGSTOP)
        time.sleep(1)  # Long enough to be asked for a sign of life that does not come: the end must be noticed all the same.
        os.kill(min(workers), signal.SIGKILL)
        assert _ask(served, 100).status_code == 200
        assert _wait_for(served.process.pid, 2) != workers


def _wait_for(pid: int, count: int) -> set[int]:
    for _ in range(300):
        found = _children(pid)
        if len(found) == count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{count} workers are not there")
