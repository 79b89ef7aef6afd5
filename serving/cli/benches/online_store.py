"""The compact online store beside Feast's SQLite store, in one run: materialize by Feast, size on disk, one customer's read."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, String

from features.clock import WallClock
from features.compact import CompactStore
from features.compact_rows import CompactRows

NOW = WallClock().now().replace(microsecond=0)
STOCK = {"type": "sqlite"}
COMPACT = {"type": "features.online.CompactOnlineStore"}


def measure(train: Path | None, test: Path | None) -> dict[str, object]:  # noqa: ARG001 (the benches' one signature)
    """The contract's size: 100,000 customers x 100 features. Takes no file."""
    return run()


def run(
    customers: int = 100_000, features: int = 100, stock_customers: int = 5_000, reads: int = 1_000, repeats: int = 3
) -> dict[str, object]:
    """Seconds, megabytes and milliseconds. The stock store is measured on `stock_customers` and scaled up linearly, which is said by the name.

    The ratio of materialization is of the medians of `repeats` runs of both stores at that size, taking turns.
    """
    folder = Path(tempfile.mkdtemp(prefix="playcall-bench-"))
    try:
        ours = _materialize(folder / "ours", customers, features, COMPACT)
        pairs = [_pair(folder / f"pair{repeat}", stock_customers, features) for repeat in range(repeats)]
        stock_seconds = statistics.median(stock for _, stock, _ in pairs)
        scale = customers / stock_customers
        hot = _hot_reads(ours.online, customers, reads)
        sdk_stock = _sdk_reads(pairs[-1][2], stock_customers, features, reads)
        sdk_ours = _sdk_reads(ours.store, customers, features, reads)
        return {
            "customers": customers,
            "features": features,
            "materialize_seconds": round(ours.seconds, 2),
            "megabytes": round(ours.megabytes, 1),
            "stock_customers": stock_customers,
            "stock_seconds_extrapolated": round(stock_seconds * scale, 1),
            "stock_megabytes_extrapolated": round(_megabytes(folder / f"pair{repeats - 1}" / "stock") * scale, 0),
            "materialize_ratio_of_medians": round(stock_seconds / statistics.median(seconds for seconds, _, _ in pairs), 1),
            "read_ms_p50": round(hot * 1000, 4),
            "read_sdk_ms_p50": round(sdk_ours * 1000, 3),
            "stock_read_sdk_ms_p50": round(sdk_stock * 1000, 3),
            "read_ratio_of_medians": round(sdk_stock / hot, 1),
        }
    finally:
        shutil.rmtree(folder)


class _Run:
    def __init__(self, store: FeatureStore, online: Path, seconds: float) -> None:
        self.store, self.online, self.seconds = store, online, seconds
        self.megabytes = _megabytes(online.parent)


def _pair(folder: Path, customers: int, features: int) -> tuple[float, float, FeatureStore]:
    ours = _materialize(folder / "ours", customers, features, COMPACT)
    stock = _materialize(folder / "stock", customers, features, STOCK)
    return ours.seconds, stock.seconds, stock.store


def _materialize(folder: Path, customers: int, features: int, online: dict[str, str]) -> _Run:
    folder.mkdir(parents=True)
    built = folder.with_name(folder.name + ".parquet")
    _write_rows(built, customers, features)
    path = folder / "online.db"
    config = RepoConfig(
        project="bench",
        provider="local",
        registry=str(folder.with_name(folder.name + ".registry.db")),
        online_store=online | {"path": str(path)},
        offline_store={"type": "duckdb"},
        entity_key_serialization_version=3,
    )
    store = FeatureStore(config=config)
    customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.STRING)
    view = FeatureView(
        name="habits",
        entities=[customer],
        ttl=timedelta(days=30),
        schema=[Field(name="customer_id", dtype=String), *(Field(name=f"f{n}", dtype=Float64) for n in range(features))],
        source=FileSource(path=str(built), timestamp_field="event_timestamp"),
    )
    store.apply([customer, view])
    start = time.perf_counter()
    store.materialize(NOW - timedelta(days=2), NOW)
    return _Run(store, path, time.perf_counter() - start)


def _write_rows(path: Path, customers: int, features: int) -> None:
    values = np.random.default_rng(0).normal(size=(customers, features))
    columns: dict[str, object] = {f"f{n}": values[:, n] for n in range(features)}
    columns["customer_id"] = [_id(n) for n in range(customers)]
    columns["event_timestamp"] = pa.array([NOW - timedelta(days=1)] * customers, pa.timestamp("us", "UTC"))
    pq.write_table(pa.table(columns), path)


def _id(number: int) -> str:
    return f"c{number:07d}"


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6


def _hot_reads(path: Path, customers: int, reads: int) -> float:
    store = CompactStore(CompactRows(path), project="bench")
    return _median(lambda n: store.read(_id(n), NOW), customers, reads)


def _sdk_reads(store: FeatureStore, customers: int, features: int, reads: int) -> float:
    names = [f"habits:f{n}" for n in range(features)]
    return _median(lambda n: store.get_online_features(names, [{"customer_id": _id(n)}]), customers, min(reads, 300))


def _median(read: Callable[[int], object], customers: int, reads: int) -> float:
    seconds = []
    for number in np.random.default_rng(1).integers(0, customers, reads + 20):
        start = time.perf_counter()
        read(int(number))
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[20:])
