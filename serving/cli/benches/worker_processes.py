"""Workers in processes of their own behind one address, as `playcall serve --workers` starts them."""

import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from typing import Any

import uvicorn
from fastapi import FastAPI

Serve = Callable[[Any, socket.socket], None]
"""Given what it serves and where it is to listen; returns when it is told to stop."""


@dataclass(frozen=True, slots=True)
class Workers:
    """pids: of the workers, without processes they may have started."""

    port: int
    pids: tuple[int, ...]


@contextmanager
def workers(serve: Serve, given: object, count: int = 1) -> Iterator[Workers]:
    """Yields them once they listen. Raises RuntimeError when one ends instead."""
    spawn = multiprocessing.get_context("spawn")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = int(listening.getsockname()[1])
        processes = [spawn.Process(target=serve, args=(given, listening)) for _ in range(count)]
        for process in processes:
            process.start()
        try:
            _wait(port, processes)
            yield Workers(port, tuple(process.pid or 0 for process in processes))
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.join()


def serve_on(listening: socket.socket, app: FastAPI) -> None:
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listening])


def _wait(port: int, processes: Sequence[SpawnProcess]) -> None:
    for _ in range(600):
        if any(not process.is_alive() for process in processes):
            raise RuntimeError("a worker of the bench ended before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the bench's workers do not listen")
