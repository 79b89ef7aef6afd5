"""The one id maker: opaque, unique over processes and restarts, and ascending in the order they were made."""

import os
import threading
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Ids:
    """prefix names what the id is of, such as `dec`. 48 bits of milliseconds, 80 of chance."""

    prefix: str
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: int = 0

    def __call__(self) -> str:
        with self._lock:
            # Only order and uniqueness are wanted here, never the time of day, so the machine's counter does.
            self._last = max(self._last + 1, time.monotonic_ns() // 1_000_000)
            return f"{self.prefix}_{self._last & 0xFFFFFFFFFFFF:012x}{os.urandom(10).hex()}"
