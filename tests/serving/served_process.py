"""`playcall serve` as a process of its own, as it is run in production."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@dataclass
class Served:
    """One service over a home. Starts when entered, is gone when left."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def headers(self, role: str = "agent") -> dict[str, str]:
        keys = json.loads((self.home / "keys.json").read_text())
        return {"Authorization": f"Bearer {keys[role]}"}

    def start(self) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PLAYCALL_")}
        given = own | {"PYTHONPATH": str(ROOT), "PLAYCALL_HOME": str(self.home)} | self.settings
        command = [sys.executable, "-m", "serving.cli.main", "serve", "--port", str(self.port), *self.arguments]
        self.process = subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def wait_until_ready(self, seconds: float = 180) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended: {self.said()}")
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/readyz", timeout=2).status_code == 200:
                    return
            time.sleep(0.05)
        self.kill()  # What was not ready in time may still become it, and would outlive the test.
        raise AssertionError(f"serve is not ready: {self.said()}")

    def said(self) -> str:
        """All it printed; waits until it has ended."""
        assert self.process is not None
        return self.process.communicate(timeout=30)[0].decode()

    def kill(self) -> None:
        """kill -9 of the process and its workers."""
        assert self.process is not None
        os.killpg(self.process.pid, 9)
        self.process.wait(timeout=20)

    def __enter__(self) -> "Served":
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
