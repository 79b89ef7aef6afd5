"""A Feast project that knows nothing of Playcall but the name of the store."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, PushSource, RepoConfig, ValueType
from feast.data_source import PushMode
from feast.types import Int64, String

COMPACT = {"type": "features.online.CompactOnlineStore"}
SQLITE = {"type": "sqlite"}
NOW = datetime.now(UTC).replace(microsecond=0)
DRIVER = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
RIDER = Entity(name="rider", join_keys=["rider"], value_type=ValueType.STRING)


def store_at(folder: Path, online: Mapping[str, Any], *, project: str = "foreign", path: Path | None = None) -> FeatureStore:
    folder.mkdir(parents=True, exist_ok=True)
    placed = dict(online) | ({} if "redis_url" in online else {"path": str(path or folder / "online.db")})
    return FeatureStore(
        config=RepoConfig(
            project=project,
            provider="local",
            registry=str(folder / f"{project}.registry.db"),
            online_store=placed,
            offline_store={"type": "duckdb"},
            entity_key_serialization_version=3,
        )
    )


def view(
    folder: Path,
    rows: pd.DataFrame,
    fields: Sequence[Field],
    *,
    name: str = "stats",
    entities: Sequence[Entity] = (DRIVER,),
    ttl: timedelta | None = timedelta(days=30),
    created: str | None = None,
) -> FeatureView:
    """A view over the rows as Parquet; key columns are declared by the entities."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.parquet"
    rows.to_parquet(file, coerce_timestamps="us", allow_truncated_timestamps=True)
    source = FileSource(name=f"{name}_source", path=str(file), timestamp_field="event_timestamp", created_timestamp_column=created)
    keys = [Field(name=entity.join_key, dtype=Int64 if entity is DRIVER else String) for entity in entities]
    return FeatureView(
        name=name,
        entities=list(entities),
        ttl=ttl or timedelta(0),
        schema=[*keys, *fields],
        source=PushSource(name=f"{name}_push", batch_source=source),
    )


def materialized(folder: Path, online: Mapping[str, Any], views: Sequence[FeatureView], **more: Any) -> FeatureStore:
    store = store_at(folder, online, **more)
    entities = {entity.name: entity for entity in (DRIVER, RIDER)}
    store.apply([*entities.values(), *views])
    store.materialize(NOW - timedelta(days=3650), NOW + timedelta(seconds=1))
    return store


def read(store: FeatureStore, views: Mapping[str, Sequence[str]], rows: Sequence[Mapping[str, object]]) -> dict[str, list[Any]]:
    names = [f"{view}:{name}" for view, fields in views.items() for name in fields]
    got: dict[str, list[Any]] = store.get_online_features(names, [dict(row) for row in rows]).to_dict()
    return got


def push(store: FeatureStore, name: str, rows: Mapping[str, Sequence[object]]) -> None:
    store.push(f"{name}_push", pd.DataFrame(rows), to=PushMode.ONLINE)
