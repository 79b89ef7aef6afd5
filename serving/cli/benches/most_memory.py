"""The most memory that processes of a name ever held, watched from outside."""

import threading
from pathlib import Path
from types import TracebackType

EVERY = 0.1
"""Seconds. Linux keeps the peak of a process as long as it lives: little is missed."""


class MostMemory:
    """Until the block ends. megabytes: the most that any process whose command line begins so has held at once."""

    def __init__(self, name: str) -> None:
        self.name, self.megabytes = name.encode(), 0.0
        self._over, self._thread = threading.Event(), threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "MostMemory":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            for process in Path("/proc").glob("[0-9]*"):
                self.megabytes = max(self.megabytes, self._most(process))

    def _most(self, process: Path) -> float:
        try:
            return _peak(process) if (process / "cmdline").read_bytes().startswith(self.name) else 0.0
        except (FileNotFoundError, ProcessLookupError):
            return 0.0  # it is over


def most_of_this() -> float:
    """Megabytes that this process held at most so far."""
    return _peak(Path("/proc/self"))


def most_of(pid: int) -> float:
    """Megabytes that the process held at most so far."""
    return _peak(Path(f"/proc/{pid}"))


def _peak(process: Path) -> float:
    lines = dict(line.split(":", 1) for line in (process / "status").read_text(encoding="ascii").splitlines())
    return float(lines.get("VmHWM", "0 kB").split()[0]) / 1024
