"""The compact online store as the decision reads it: one lookup, one float vector, the history and the trail beside it."""

import struct
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Error as SqliteError

import pyarrow as pa

from features.compact_rows import CompactRows, ReadRow, StoredView, WrittenRow
from features.customer import CustomerFeatures, FeatureSchema, HistoryEvent, TrailEvent
from features.errors import OnlineStoreError
from features.home import Home
from features.past import HISTORY, TRAIL, history_row, merged, microseconds, read_history, read_trail, trail_row
from features.read_plan import ReadPlan, layout_of, make_plan
from features.row_codec import Kind, Layout
from features.views.view import View

PROJECT = "playcall"
_REPLACE = "INSERT OR REPLACE INTO rows (entity, view, layout, event_us, created_us, row) VALUES (?, ?, ?, ?, ?, ?)"
_PAST = Layout(names=("events",), kinds=(Kind.OTHER,), defaults=(None,))
_KEY_HEAD = struct.pack("<III", 1, 2, len("customer_id")) + b"customer_id" + struct.pack("<I", 2)


def customer_key(customer_id: str) -> bytes:
    """The bytes Feast's entity key (version 3) has for this customer, so that both doors find the same row."""
    text = customer_id.encode()
    return _KEY_HEAD + struct.pack("<I", len(text)) + text


class CompactStore:
    """A CustomerReader over the compact rows; also what materialize and refresh write to."""

    def __init__(self, path: Path, project: str = PROJECT) -> None:
        self.rows = CompactRows(path)
        self.project = project
        self._plan = self._fresh_plan()

    @property
    def schema(self) -> FeatureSchema:
        return self._plan.schema

    def read(self, customer_id: str, at: datetime) -> CustomerFeatures:
        now = microseconds(at)
        try:
            found = self.rows.read(customer_key(customer_id))
        except SqliteError as error:
            raise self._unreadable(customer_id, error) from error
        plan = self._plan_for(found)
        numbers, texts, known = plan.vector(found, now)
        past = {view: row for view, _, _, row in found if view in plan.others}
        history, trail = past.get(plan.history, b""), past.get(plan.trail, b"")
        return CustomerFeatures(customer_id, known, plan.schema, numbers, texts, read_history(history), read_trail(trail))

    def write_history(self, customer_id: str, events: Sequence[HistoryEvent]) -> None:
        if events:
            self.write_histories({customer_id: events})

    def write_histories(self, histories: Mapping[str, Sequence[HistoryEvent]]) -> None:
        """Add outcomes to the histories of many customers, each outcome once."""
        view = self._declare_past(HISTORY)
        with self.rows.transaction() as connection:
            for customer_id, events in histories.items():
                entity = customer_key(customer_id)
                kept = connection.execute("SELECT row FROM rows WHERE entity = ? AND view = ?", (entity, view.view)).fetchone()
                together = merged(read_history(kept[0]) if kept else (), events)
                written = (entity, view.view, view.layout, microseconds(together[-1].occurred_at), 0, history_row(together))
                connection.execute(_REPLACE, written)

    def forget(self, customer_id: str) -> None:
        """Erase everything kept of the customer in every project of the file."""
        with self.rows.transaction() as connection:
            connection.execute("DELETE FROM rows WHERE entity = ?", (customer_key(customer_id),))

    def write_trail(self, trails: Mapping[str, Sequence[TrailEvent]], at: datetime) -> None:
        """Replace the trail of these customers; newest first."""
        view, now = self._declare_past(TRAIL), microseconds(at)
        self.rows.write(view, (WrittenRow(customer_key(customer), now, now, trail_row(trail)) for customer, trail in trails.items()))

    def write_view(self, view: View, position: int, rows: pa.Table, created: datetime) -> None:
        """Write rows of one view: customer_id, at (timestamp[us], UTC) and the fields. The newest moment of a customer wins."""
        layout = layout_of(view)
        ttl_us = None if view.ttl is None else view.ttl // timedelta(microseconds=1)
        stored = self.rows.declare(self.project, view.name, layout, position=position, ttl_us=ttl_us)
        keys = [customer_key(customer) for customer in rows["customer_id"].to_pylist()]
        events = rows["at"].cast(pa.timestamp("us")).cast(pa.int64()).to_pylist()
        packed = layout.encode_columns({name: rows[name] for name in layout.names})
        written_at = microseconds(created)
        written = zip(keys, events, packed, strict=True)
        self.rows.write(stored, (WrittenRow(key, event, written_at, row) for key, event, row in written))

    def close(self) -> None:
        self.rows.close()

    def _declare_past(self, name: str) -> StoredView:
        declared = next((view for view in self.rows.views(self.project) if view.name == name), None)
        return declared or self.rows.declare(self.project, name, _PAST, position=-1)

    def _plan_for(self, found: Sequence[ReadRow]) -> ReadPlan:
        """The plan at hand, or a fresh one when it does not fit: a row it does not know, or views changed since where no row can tell."""
        plan = self._plan
        fits = all((view, layout) in plan.places or view in plan.others for view, layout, _, _ in found)
        if not fits or (not found and tuple(self.rows.views(self.project)) != plan.made_for):
            plan = self._plan = self._fresh_plan()
        return plan

    def _fresh_plan(self) -> ReadPlan:
        return make_plan(self.rows, self.project)

    def _unreadable(self, customer_id: str, error: SqliteError) -> OnlineStoreError:
        return OnlineStoreError(f"{self.rows.path}: cannot read customer {customer_id} ({error}); check the file and materialize again.")


def open_reader(home: Home) -> CompactStore:
    """The customer reader of this home. Before the first materialize every customer is unknown and has the views' defaults."""
    return CompactStore(home.online)
