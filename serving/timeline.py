"""Up to where a customer's life is known: with `--clock request` nobody is decided for in a past whose future was seen."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from features.compact import CompactStore
from features.errors import OnlineStoreError
from features.events.lake import Lake
from features.events.manifest import TableState
from features.events.tables import IDENTITIES, TABLES
from features.home import Home
from serving.records.history import LastKept
from serving.records.store import Store

_LIVED = ("customers", "transactions", "contacts", "channel_events")
_NEWEST = " UNION ALL ".join(
    f"SELECT max({table.happened_at}) AS newest FROM {table.name}" for table in TABLES.values() if table is not IDENTITIES
)
REMEMBERED = 4096
"""Customers whose newest event is kept at hand until the tables of their life change."""


@dataclass
class Timeline:
    """The newest event of a customer, under any id of the person: in the records, and in the lake where the online store stands later than the moment asked for."""

    home: Home
    customers: CompactStore
    store: Store
    _last_kept: LastKept = field(init=False)
    _found: "OrderedDict[str, tuple[tuple[TableState, ...], datetime | None]]" = field(init=False, default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self._last_kept = LastKept(self.store)

    def newest_after(self, tenant: str, customer_id: str, at: datetime) -> datetime | None:
        """The newest event of the customer when it happened after `at`, else None. Raises RecordError.

        While the online store is away only the records are asked: the decision is then made without features, which say nothing of a later time.
        """
        try:
            ids = self.customers.ids_of(customer_id)
            stands_at = self.customers.stand_at([customer_id]).get(customer_id)
        except OnlineStoreError:
            ids, stands_at = (customer_id,), None
        newest = _latest(self._last_kept.of(tenant, one) for one in ids)
        # Whoever stands online at or before the moment has no later event there; only else is the lake worth a look.
        if stands_at is not None and stands_at > at:
            newest = _latest([newest, *(self._in_lake(one) for one in ids)])
        return newest if newest is not None and newest > at else None

    def _in_lake(self, customer_id: str) -> datetime | None:
        lake = Lake(self.home)
        manifest = lake.manifest()
        state = tuple(manifest.table(name) for name in _LIVED)
        known = self._found.get(customer_id)
        if known is not None and known[0] == state:
            return known[1]
        with lake.connect(customers=[customer_id]) as connection:
            row = connection.execute(f"SELECT max(newest) FROM ({_NEWEST})").fetchone()
        newest = row[0].replace(tzinfo=UTC) if row and row[0] is not None else None
        self._found[customer_id] = (state, newest)
        if len(self._found) > REMEMBERED:
            self._found.popitem(last=False)
        return newest


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
