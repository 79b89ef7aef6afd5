"""The compact online store as the decision reads it: one lookup, one float vector, the history and the trail beside it."""

import os
import secrets
import struct
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pyarrow as pa

from features.compact_rows import CompactRows
from features.customer import CustomerFeatures, FeatureSchema, HistoryEvent, TrailEvent
from features.home import Home
from features.identities import IDENTITIES, Owner, identity_entity, owner_at, owners_row, read_owners
from features.past import (
    HISTORY,
    PERSON,
    TRAIL,
    Past,
    history_row,
    microseconds,
    moment,
    person_row,
    read_history,
    read_person,
    read_trail,
    trail_row,
)
from features.read_plan import NO_FEATURES, ReadPlan, first_plan, layout_of, make_plan
from features.redis_rows import RedisRows
from features.row_codec import Kind, Layout
from features.row_store import ReadRow, RowStore, StoredView, WrittenRow
from features.views.view import View

PROJECT = "playcall"
_NO_TIME = 0
_PAST = Layout(names=("events",), kinds=(Kind.OTHER,), defaults=(None,))
_KEY_HEAD = struct.pack("<III", 1, 2, len("customer_id")) + b"customer_id" + struct.pack("<I", 2)


def customer_key(customer_id: str) -> bytes:
    """The bytes Feast's entity key (version 3) has for this customer, so that both doors find the same row."""
    text = customer_id.encode()
    return _KEY_HEAD + struct.pack("<I", len(text)) + text


class CompactStore:
    """A CustomerReader over the compact rows; also what materialize and refresh write to."""

    def __init__(self, rows: RowStore, project: str = PROJECT) -> None:
        self.rows = rows
        self.project = project
        self._past: dict[str, StoredView] = {}
        self._plan = first_plan(rows, project)

    @property
    def schema(self) -> FeatureSchema:
        return self._plan.schema

    def read(self, customer_id: str, at: datetime) -> CustomerFeatures:
        now = microseconds(at)
        found = self.rows.read(customer_key(customer_id))
        plan = self._plan_for(found)
        numbers, texts, known = plan.vector(found, now)
        past = {view: row for view, _, _, row in found if view in plan.others}
        history, trail, ids = (past.get(view, b"") for view in (plan.history, plan.trail, plan.person))
        told = (read_history(history), read_trail(trail), read_person(ids))
        return CustomerFeatures(customer_id, known, plan.schema, numbers, texts, *told)

    def ids_of(self, customer_id: str) -> tuple[str, ...]:
        """Every customer id of this customer's person, the one they are counted under first; mostly the customer's own alone."""
        (found,) = self.rows.read_view(self._past_view(PERSON).view, [customer_key(customer_id)])
        return (() if found is None else read_person(found[2])) or (customer_id,)

    def owner(self, hashed: str, at: datetime) -> str | None:
        """The customer behind a hashed identity (events.identity.hash_identity) at this moment; None when nobody is known to be."""
        owner = self.ownership(hashed, at)
        return None if owner is None else owner.customer_id

    def ownership(self, hashed: str, at: datetime) -> Owner | None:
        """The same, and since when."""
        (found,) = self.rows.read_view(self._past_view(IDENTITIES).view, [identity_entity(hashed)])
        return None if found is None else owner_at(found[2], microseconds(at))

    def write_owners(self, owners: Mapping[str, Sequence[Owner]]) -> None:
        """Replace what is known of these identities, by hashed value; oldest owner first."""
        self._write_past(IDENTITIES, ((identity_entity(hashed), _NO_TIME, owners_row(kept)) for hashed, kept in owners.items()), _NO_TIME)

    def write_persons(self, ids: Mapping[str, Sequence[str]]) -> None:
        """Replace what is known of these customers' persons: every id, the one they are counted under first; none for a customer alone."""
        self._write_past(PERSON, ((customer_key(who), _NO_TIME, person_row(all_ids)) for who, all_ids in ids.items()), _NO_TIME)

    def write_past(self, histories: Past[HistoryEvent], trails: Past[TrailEvent], created: datetime) -> None:
        """Replace history (oldest first) and trail (newest first) of these customers, each as known at their moment."""
        made = microseconds(created)
        told = ((customer_key(who), microseconds(at), history_row(events)) for who, (at, events) in histories.items())
        self._write_past(HISTORY, told, made)
        stepped = ((customer_key(who), microseconds(at), trail_row(steps)) for who, (at, steps) in trails.items())
        self._write_past(TRAIL, stepped, made)

    def stand_at(self, customer_ids: Sequence[str]) -> dict[str, datetime]:
        """The moment at which each of these customers stands online; strangers are left out."""
        keys = {customer_key(who): who for who in customer_ids}
        return {keys[key]: moment(us) for key, us in self.rows.stand_at(self.project, NO_FEATURES, list(keys)).items()}

    def set_back(self, at: datetime) -> None:
        """Let what is written for `at` replace also what stands later: the clock was another one then."""
        self.rows.set_back(self.project, microseconds(at))

    def settle(self) -> None:
        """After a large write: keep it on disk once."""
        self.rows.settle()

    def forget(self, customer_id: str) -> None:
        """Erase everything kept of the customer in every project of the file, as an owner of identities too."""
        self.rows.forget(customer_key(customer_id))
        owned = {entity: read_owners(row) for entity, row in self.rows.entities(self._past_view(IDENTITIES).view)}
        left = {entity: [owner for owner in kept if owner.customer_id != customer_id] for entity, kept in owned.items()}
        rows = ((entity, _NO_TIME, owners_row(kept)) for entity, kept in left.items() if len(kept) < len(owned[entity]))
        self._write_past(IDENTITIES, rows, _NO_TIME)

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

    def _write_past(self, name: str, rows: Iterable[tuple[bytes, int, bytes]], created_us: int) -> None:
        self.rows.write(self._past_view(name), (WrittenRow(entity, at, created_us, row) for entity, at, row in rows))

    def _past_view(self, name: str) -> StoredView:
        if name not in self._past:
            declared = next((view for view in self.rows.views(self.project) if view.name == name), None)
            self._past[name] = declared or self.rows.declare(self.project, name, _PAST, position=-1)
        return self._past[name]

    def _plan_for(self, found: Sequence[ReadRow]) -> ReadPlan:
        """The plan at hand, or a fresh one when it does not fit: a row it does not know, or views changed since where no row can tell."""
        plan = self._plan
        fits = all((view, layout) in plan.places or view in plan.others for view, layout, _, _ in found)
        if not fits or (not found and tuple(self.rows.views(self.project)) != plan.made_for):
            plan = self._plan = self._fresh_plan()
        return plan

    def _fresh_plan(self) -> ReadPlan:
        return make_plan(self.rows, self.project)


def open_reader(home: Home) -> CompactStore:
    """The customer reader of this home. Before the first materialize every customer is unknown and has the views' defaults."""
    return CompactStore(RedisRows(home.redis_url, online_prefix(home)) if home.redis_url else CompactRows(home.online))


def online_prefix(home: Home) -> str:
    """What the home's keys in Redis begin with: made once and kept in the home, so that machines that share it share the keys."""
    if not home.online_prefix.exists():
        home.root.mkdir(parents=True, exist_ok=True)
        fresh = home.online_prefix.with_name(f"online.prefix.{secrets.token_hex(4)}")
        fresh.write_text(f"playcall:{secrets.token_hex(6)}", encoding="ascii")
        with suppress(FileExistsError):  # Another process made it first; its word is the home's.
            os.link(fresh, home.online_prefix)
        fresh.unlink()
    return home.online_prefix.read_text(encoding="ascii")
