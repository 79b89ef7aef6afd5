"""Records go to the lake in a process of their own, one for a home whatever its workers are: no decision waits while rows are computed."""

import fcntl
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TextIO

from features.clock import Clock
from features.home import Home
from serving.records.outbox import Delivery, deliver
from serving.records.proposals import Unseen
from serving.records.store import Store


@dataclass(slots=True)
class Courier:
    """Of one worker of the installation with this home. Its process starts with the first delivery and ends with the worker, also when that is killed."""

    home: Home
    database_url: str
    _duty: TextIO | None = None
    _process: ProcessPoolExecutor | None = None

    def on_duty(self) -> bool:
        """Whether this worker is the one that delivers. It becomes so when no other is, and stays so until it ends."""
        if self._duty is None:
            self._duty = _take(self.home)
        return self._duty is not None

    def deliver(self, home: Home, clock: Clock, tenant: str, unseen: Unseen) -> Delivery:
        """What `outbox.deliver` does, elsewhere; the clock follows. Waits for it.

        Raises what that raises, and BrokenProcessPool when the process was killed: what it carried waits still, and the next delivery has a new process.
        """
        if self._process is None:
            self._process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin)
        try:
            delivery, present = self._process.submit(_deliver, self.database_url, home, clock, tenant, unseen).result()
        except BrokenProcessPool:
            self._process = None
            raise
        clock.follow(present)
        return delivery

    def close(self) -> None:
        """Let the delivery that is under way end, and give the duty back."""
        if self._process is not None:
            self._process.shutdown()
        if self._duty is not None:
            self._duty.close()
        self._process = self._duty = None


def _take(home: Home) -> TextIO | None:
    """The lock of the duty, None while another worker holds it. The system frees it when its holder ends, however that ends."""
    home.root.mkdir(parents=True, exist_ok=True)
    lock = home.courier.open("a", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _begin() -> None:
    """In the new process: Ctrl-C is for the worker, which closes this one; a worker that is gone needs none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


@lru_cache(maxsize=1)
def _store(database_url: str) -> Store:
    return Store(database_url)


def _deliver(database_url: str, home: Home, clock: Clock, tenant: str, unseen: Unseen) -> tuple[Delivery, datetime]:
    delivery = deliver(_store(database_url), home, clock, tenant, unseen)
    return delivery, clock.now()
