"""A worker behind a real socket, for what a test client in the same process cannot show."""

import threading
import time
from contextlib import contextmanager

import httpx
import uvicorn

from serving.app import create_app


class Served:
    """One worker behind a real socket."""

    def __init__(self, desk) -> None:
        self.desk = desk
        config = uvicorn.Config(create_app(desk.service), port=0, log_level="error", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> "Served":
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_) -> None:
        self.server.should_exit = True
        self.thread.join(10)

    @contextmanager
    def listen(self, talk: str = "talk", last: str | None = None):
        headers = {"Authorization": f"Bearer {self.desk.keys['agent']}"} | ({"Last-Event-ID": last} if last else {})
        with httpx.stream("GET", f"{self.url}/v1/interactions/{talk}/events", headers=headers, timeout=10) as response:
            yield response
