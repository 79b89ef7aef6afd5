"""The point-in-time join beside a hand-written ASOF join and stock Feast on DuckDB, on the same files in one run."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, String

from features.point_in_time import Rows, join

_TTL = timedelta(days=90)
_HAND = """
SELECT l.*, a.a0, a.a1, a.a2, b.b0, b.b1, b.b2 FROM labels l
ASOF LEFT JOIN a ON l.customer_id = a.customer_id AND l.event_timestamp >= a.event_timestamp
ASOF LEFT JOIN b ON l.customer_id = b.customer_id AND l.event_timestamp >= b.event_timestamp
"""


def measure(train: Path | None, test: Path | None) -> dict[str, object]:  # noqa: ARG001 (the benches' one signature)
    """The contract's size: 200,000 labels, two views, a million rows each. Takes no file."""
    return run()


def run(
    labels: int = 200_000, rows: int = 1_000_000, customers: int = 20_000, repeats: int = 5, feast_repeats: int = 2
) -> dict[str, object]:
    """Seconds are medians of runs that take turns; `late` has one row in fifty known a week after it happened, which the hand-written join gets wrong."""
    folder = Path(tempfile.mkdtemp(prefix="playcall-bench-"))
    try:
        connection = _world(folder, labels, rows, customers)
        views = [_view(name, None) for name in "ab"]
        ways: dict[str, Callable[[], object]] = {
            "hand_written": lambda: connection.sql(_HAND).to_arrow_table(),
            "ours": lambda: join(connection, "labels", [_view(name, "created") for name in "ab"]).to_arrow_table(),
            "ours_no_known_time": lambda: join(connection, "labels", views).to_arrow_table(),
            "ours_late": lambda: join(connection, "labels", [_view(name, "late") for name in "ab"]).to_arrow_table(),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(repeats):
            for name, way in ways.items():
                seconds[name].append(_timed(way))
        medians = {f"{name}_seconds": round(statistics.median(taken), 3) for name, taken in seconds.items()}
        feast = _feast(folder, connection)
        stock = statistics.median([_timed(feast) for _ in range(feast_repeats)])
        hand = statistics.median(seconds["hand_written"])
        ratios = {f"ratio_{name}": round(statistics.median(taken) / hand, 2) for name, taken in seconds.items() if name != "hand_written"}
        return {
            "labels": labels,
            "rows_per_view": rows,
            **medians,
            "feast_seconds": round(stock, 3),
            **ratios,
            "ratio_feast": round(stock / hand, 2),
        }
    finally:
        shutil.rmtree(folder)


def _view(name: str, known: str | None) -> Rows:
    return Rows(name, tuple(f"{name}{n}" for n in range(3)), known_time=known, ttl=_TTL)


def _timed(way: Callable[[], object]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def _world(folder: Path, labels: int, rows: int, customers: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    customer = f"'c' || lpad((hash(i * {{salt}}) % {customers})::VARCHAR, 7, '0') AS customer_id"
    moment = "TIMESTAMP '2025-01-01' + to_seconds((hash(i * {salt} + 1) % 31536000)::BIGINT)"
    for place, name in enumerate("ab"):
        values = ", ".join(f"(hash(i * {7 + n + place}) % 1000) / 10.0 AS {name}{n}" for n in range(3))
        columns = f"{customer.format(salt=3 + place)}, {moment.format(salt=5 + place)} AS event_timestamp, {values}"
        late = "event_timestamp + CASE WHEN hash(event_timestamp, customer_id) % 50 = 0 THEN INTERVAL 7 DAY ELSE INTERVAL 0 DAY END AS late"
        # One row per customer and second, as a view is built.
        query = f"SELECT DISTINCT ON (customer_id, event_timestamp) * FROM (SELECT {columns} FROM range({rows}) t(i))"
        connection.execute(f"CREATE TABLE {name} AS SELECT *, event_timestamp AS created, {late} FROM ({query})")
        _copy(
            connection,
            f"SELECT * REPLACE (event_timestamp::TIMESTAMPTZ AS event_timestamp, created::TIMESTAMPTZ AS created) FROM {name}",
            folder / name,
        )
    connection.execute(
        f"CREATE TABLE labels AS SELECT {customer.format(salt=11)}, {moment.format(salt=13)} AS event_timestamp FROM range({labels}) t(i)"
    )
    return connection


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO '{path}.parquet' (FORMAT parquet)")


def _feast(folder: Path, connection: duckdb.DuckDBPyConnection) -> Callable[[], object]:
    config = RepoConfig(
        project="bench",
        provider="local",
        registry=str(folder / "registry.db"),
        online_store={"type": "sqlite", "path": str(folder / "online.db")},
        offline_store={"type": "duckdb"},
        entity_key_serialization_version=3,
    )
    store = FeatureStore(config=config)
    customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.STRING)
    views = [
        FeatureView(
            name=name,
            entities=[customer],
            ttl=_TTL,
            schema=[Field(name="customer_id", dtype=String), *(Field(name=f"{name}{n}", dtype=Float64) for n in range(3))],
            source=FileSource(path=f"{folder / name}.parquet", timestamp_field="event_timestamp", created_timestamp_column="created"),
        )
        for name in "ab"
    ]
    store.apply([customer, *views])
    labels = connection.execute("SELECT customer_id, event_timestamp::TIMESTAMPTZ AS event_timestamp FROM labels").df()
    names = [f"{name}:{name}{n}" for name in "ab" for n in range(3)]
    return lambda: store.get_historical_features(labels, names).to_arrow()
