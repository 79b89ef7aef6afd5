"""What a store of compact rows can do, whatever it is made of. It knows bytes and times, and nothing of customers or Feast."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from features.row_codec import Layout

NEVER_CREATED = -(2**63)
"""Stands for a row without created time: it loses a tie against any row that has one."""


@dataclass(frozen=True, slots=True)
class StoredView:
    """A view as declared in the store. ttl_us: microseconds, None for ever. layout: the id new rows are written with."""

    view: int
    project: str
    name: str
    position: int
    ttl_us: int | None
    layout: int


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """Times in microseconds since 1970, UTC."""

    entity: bytes
    event_us: int
    created_us: int
    row: bytes


ReadRow = tuple[int, int, int, bytes]
"""view, layout, event_us, row."""


class RowStore(Protocol):
    """One row per entity and view. Every method raises OnlineStoreError when the store cannot be reached. Numbers of views and layouts are never reused.

    The newest event wins whatever order rows arrive in; of one event the row created last; of equals the one written last.
    """

    @property
    def place(self) -> str:
        """Where it is, for messages; no password in it."""
        ...

    @property
    def may_come_back(self) -> bool:
        """Whether a store that cannot be reached is likely to be there later, as a server is and a broken file is not."""
        ...

    def declare(self, project: str, name: str, layout: Layout, *, position: int | None = None, ttl_us: int | None = None) -> StoredView:
        """Make the view known, or bring its fields, place (None: keep it) and time-to-live up to date. Rows of older fields stay readable."""
        ...

    def views(self, project: str) -> list[StoredView]:
        """The project's views in their places."""
        ...

    def all_views(self) -> list[int]:
        """The views of every project."""
        ...

    def layouts(self) -> Mapping[int, Layout]: ...

    def layout_owners(self) -> dict[int, int]:
        """The view of each layout."""
        ...

    def write(self, view: StoredView, rows: Iterable[WrittenRow]) -> None: ...

    def read(self, entity: bytes) -> list[ReadRow]:
        """Every view's row of one entity, in one lookup."""
        ...

    def read_view(self, view: int, entities: Sequence[bytes]) -> list[tuple[int, int, bytes] | None]:
        """layout, event_us and row of one view for many entities, in their order; None where there is no row."""
        ...

    def stand_at(self, project: str, unlike: Sequence[str], entities: Sequence[bytes]) -> dict[bytes, int]:
        """The newest event of each entity's rows in the project, but for the views named in `unlike`; entities without rows are left out."""
        ...

    def set_back(self, project: str, event_us: int) -> None:
        """Make the project's rows that stand later stand at this event, so that what is written for it replaces them."""
        ...

    def entities(self, view: int) -> Iterator[tuple[bytes, bytes]]:
        """Every entity of a view with its row."""
        ...

    def forget(self, entity: bytes) -> None:
        """Erase the entity's rows in every project."""
        ...

    def drop(self, project: str, name: str) -> None:
        """Forget the view, its fields and all its rows."""
        ...

    def settle(self) -> None:
        """After a large write."""
        ...

    def close(self) -> None: ...
