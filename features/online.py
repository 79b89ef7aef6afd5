"""CompactOnlineStore: Feast's verbs over the compact rows. Usable from any feature_store.yaml:

online_store:
    type: features.online.CompactOnlineStore
    path: data/online.db             # or, in Redis:  redis_url: redis://127.0.0.1:6379/0
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from feast import Entity, FeatureView, RepoConfig
from feast.infra.key_encoding_utils import serialize_entity_key
from feast.infra.online_stores.helpers import compute_versioned_name
from feast.infra.online_stores.online_store import OnlineStore
from feast.infra.supported_async_methods import SupportedAsyncMethods
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import BATCH_ENGINE_CLASS_FOR_TYPE, FeastConfigBaseModel
from pydantic import StrictStr

from features.clock import Clock, WallClock
from features.compact_rows import CompactRows
from features.online_values import declared_layout, loose_layout, packed, unpacked
from features.past import microseconds, moment
from features.redis_rows import RedisRows
from features.row_codec import Layout
from features.row_store import NEVER_CREATED, RowStore, StoredView, WrittenRow

# Feast finds engines by this table; with the line, any feature_store.yaml that names the store materializes by columns.
BATCH_ENGINE_CLASS_FOR_TYPE["local"] = "features.online_engine.CompactComputeEngine"

FeastRow = tuple[EntityKey, dict[str, Value], datetime, datetime | None]
ReadResult = tuple[datetime | None, dict[str, Value] | None]


class CompactOnlineStoreConfig(FeastConfigBaseModel):
    """path: the SQLite file; relative to the feature repo when it is not absolute.

    redis_url: Redis instead of the file. key_prefix: what every key begins with; two prefixes never meet.
    """

    type: Literal["features.online.CompactOnlineStore"] = "features.online.CompactOnlineStore"
    path: StrictStr = "data/online.db"
    redis_url: StrictStr | None = None
    key_prefix: StrictStr = "playcall"


class CompactOnlineStore(OnlineStore):
    """One compact row per view and entity. A value past its view's time-to-live is not returned; late and unordered rows never hide newer ones."""

    clock: Clock = WallClock()

    def __init__(self) -> None:
        self._places: dict[str, RowStore] = {}

    @property
    def async_supported(self) -> SupportedAsyncMethods:
        return SupportedAsyncMethods(read=True, write=True)

    def online_write_batch(
        self, config: RepoConfig, table: FeatureView, data: list[FeastRow], progress: Callable[[int], Any] | None
    ) -> None:
        rows, layout = self._rows(config), declared_layout(table.features)
        strict: list[WrittenRow] = []
        loose: list[WrittenRow] = []
        for key, values, event, created in data:
            row = packed(layout, values)
            into, payload = (strict, row) if row is not None else (loose, packed(loose_layout(layout), values))
            into.append(WrittenRow(_entity(config, key), _us(event), NEVER_CREATED if created is None else _us(created), payload or b""))
        if loose:
            rows.write(_declare(rows, config, table, loose_layout(layout)), loose)
        rows.write(_declare(rows, config, table, layout), strict)
        if progress:
            progress(len(data))

    def write_rows(
        self, config: RepoConfig, table: FeatureView, layout: Layout, entities: Sequence[bytes], times: "Times", packed: Sequence[bytes]
    ) -> None:
        """Many rows that are packed already: serialized entity keys, times and rows, one of each per row."""
        compact = self._rows(config)
        # In the order of the key the pages of the file fill up.
        written = (WrittenRow(*row) for row in sorted(zip(entities, times.event_us, times.created_us, packed, strict=True)))
        compact.write(_declare(compact, config, table, layout), written)

    def settle(self, config: RepoConfig) -> None:
        """After a large write: keep it on disk once."""
        self._rows(config).settle()

    def online_read(
        self, config: RepoConfig, table: FeatureView, entity_keys: list[EntityKey], requested_features: list[str] | None = None
    ) -> list[ReadResult]:
        rows = self._rows(config)
        stored = _stored(rows, config, table)
        if stored is None:
            return [(None, None)] * len(entity_keys)
        wanted = requested_features or [field.name for field in table.features]
        # A view on demand has no time to live.
        oldest = _oldest(getattr(table, "ttl", None), self.clock.now())
        layouts = rows.layouts()
        found = rows.read_view(stored.view, [_entity(config, key) for key in entity_keys])
        return [_result(layouts, row, wanted, oldest) for row in found]

    async def close(self) -> None:
        for rows in self._places.values():
            rows.close()
        self._places.clear()

    async def online_write_batch_async(
        self, config: RepoConfig, table: FeatureView, data: list[FeastRow], progress: Callable[[int], Any] | None
    ) -> None:
        await asyncio.to_thread(self.online_write_batch, config, table, data, progress)

    async def online_read_async(
        self, config: RepoConfig, table: FeatureView, entity_keys: list[EntityKey], requested_features: list[str] | None = None
    ) -> list[ReadResult]:
        return await asyncio.to_thread(self.online_read, config, table, entity_keys, requested_features)

    def update(
        self,
        config: RepoConfig,
        tables_to_delete: Sequence[FeatureView],
        tables_to_keep: Sequence[FeatureView],
        entities_to_delete: Sequence[Entity],  # noqa: ARG002
        entities_to_keep: Sequence[Entity],  # noqa: ARG002
        partial: bool,  # noqa: ARG002
    ) -> None:
        rows = self._rows(config)
        for table in tables_to_delete:
            rows.drop(config.project, _name(config, table))
        for table in tables_to_keep:
            _declare(rows, config, table, declared_layout(table.features))

    def teardown(self, config: RepoConfig, tables: Sequence[FeatureView], entities: Sequence[Entity]) -> None:  # noqa: ARG002
        """Forget these views of this project. The file may serve other projects, so it stays."""
        rows = self._rows(config)
        for table in tables:
            rows.drop(config.project, _name(config, table))

    def _rows(self, config: RepoConfig) -> RowStore:
        online = config.online_store
        if online.redis_url:
            place = f"{online.redis_url} {online.key_prefix}"
            return self._places.get(place) or self._places.setdefault(place, RedisRows(online.redis_url, online.key_prefix))
        path = Path(online.path)
        if config.repo_path and not path.is_absolute():
            path = Path(config.repo_path) / path
        return self._places.get(str(path)) or self._places.setdefault(str(path), CompactRows(path))


class Times:
    """Event and created times of many rows, microseconds since 1970."""

    def __init__(self, event: pa.ChunkedArray, created: pa.ChunkedArray | None) -> None:
        self.event_us: list[int] = _column_us(event)
        self.created_us: list[int] = [NEVER_CREATED] * len(self.event_us) if created is None else _column_us(created)


def _column_us(times: pa.ChunkedArray) -> list[int]:
    plain = times.cast(pa.timestamp(times.type.unit)).cast(pa.timestamp("us"), safe=False).cast(pa.int64())
    return [NEVER_CREATED if us is None else us for us in plain.to_pylist()]


def _us(at: datetime) -> int:
    # Feast says that a time without zone is UTC.
    return microseconds(at if at.tzinfo else at.replace(tzinfo=UTC))


def _entity(config: RepoConfig, key: EntityKey) -> bytes:
    entity: bytes = serialize_entity_key(key, entity_key_serialization_version=config.entity_key_serialization_version)
    return entity


def _name(config: RepoConfig, table: FeatureView) -> str:
    name: str = compute_versioned_name(table, config.registry.enable_online_feature_view_versioning)
    return name


def _stored(rows: RowStore, config: RepoConfig, table: FeatureView) -> StoredView | None:
    name = _name(config, table)
    return next((view for view in rows.views(config.project) if view.name == name), None)


def _declare(rows: RowStore, config: RepoConfig, table: FeatureView, layout: Layout) -> StoredView:
    ttl: timedelta | None = getattr(table, "ttl", None)
    # Feast says for ever with a ttl of nothing.
    ttl_us = ttl // timedelta(microseconds=1) if ttl else None
    return rows.declare(config.project, _name(config, table), layout, ttl_us=ttl_us)


def _oldest(ttl: timedelta | None, now: datetime) -> int | None:
    return microseconds(now - ttl) if ttl else None


def _result(layouts: Mapping[int, Layout], row: tuple[int, int, bytes] | None, wanted: Sequence[str], oldest: int | None) -> ReadResult:
    if row is None:
        return None, None
    layout, event_us, payload = row
    if oldest is not None and event_us < oldest:
        return None, None
    return moment(event_us), unpacked(layouts[layout], payload, wanted)
