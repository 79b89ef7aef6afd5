"""Where drafts and versions are kept: named bytes behind one exclusive transaction. Two adapters: plain files, and a database."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol


class Drawer(Protocol):
    """The cabinet, open to one person at a time. Names are relative paths with slashes."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, body: bytes) -> None:
        """Kept when the transaction ends well, in the order of the writes; the last one is what makes the others count."""
        ...

    def remove(self, name: str) -> None: ...

    def bodies(self, prefix: str) -> Mapping[str, bytes]:
        """Everything under `prefix` by its whole name, sorted."""
        ...

    def names(self, prefix: str) -> Sequence[str]:
        """Every name that starts with `prefix`, sorted."""
        ...


class Cabinet(Protocol):
    def open(self) -> AbstractContextManager[Drawer]:
        """Exclusive over threads, processes and, with a database, machines. An exception inside leaves everything as it was."""
        ...

    def glance(self, name: str) -> bytes | None:
        """One name as last kept, without waiting for anybody."""
        ...
