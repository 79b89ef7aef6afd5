"""Decisions that may still be acted upon, on disk until the plan is made: there are many more of them than contacts, and memory is not for them."""

import pickle
import tempfile
import zlib
from types import TracebackType

from serving.decision.record import Decision


def packed(decision: Decision) -> bytes:
    """Small, for the way from another machine and for the disk."""
    return zlib.compress(pickle.dumps(decision), 1)


class Kept:
    """Decisions by id, in a file without a name that is gone with this process at the latest."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="playcall-batch-")  # noqa: SIM115 (closed with this)
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def put(self, decision_id: str, whole: bytes) -> None:
        """whole: as `packed` makes it."""
        self._file.seek(self._end)
        self._file.write(whole)
        self._places[decision_id] = (self._end, len(whole))
        self._end += len(whole)

    def read(self, decision_id: str) -> Decision:
        start, length = self._places[decision_id]
        self._file.seek(start)
        decision: Decision = pickle.loads(zlib.decompress(self._file.read(length)))  # noqa: S301 (written by this run, nobody else can reach it)
        return decision

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
