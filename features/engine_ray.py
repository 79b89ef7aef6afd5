"""The same build on a Ray cluster: the same SQL for a share of the customers, each a task. Every view is of one person, so no share needs another."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import ray

from features.built_rows import ComputeRows, parquet_schema, write_rows
from features.events.lake import Lake
from features.events.manifest import Manifest
from features.home import Home
from features.views.view import View

PARTS_PER_CPU = 2


def on_ray(home: Home, address: str | None) -> ComputeRows:
    """Compute on the cluster at `address`, or on one started here for this build. All machines must see the home at the same path.

    Every task reads the lake as it is at the start, whatever is ingested meanwhile.
    """
    manifest = Lake(home).manifest()

    def compute(
        connection: duckdb.DuckDBPyConnection, views: Sequence[View], moments: pa.Table, folder: Path, told: Callable[[int], object]
    ) -> None:
        ray.init(address=address, include_dashboard=False, log_to_driver=False, ignore_reinit_error=True)
        try:
            shares = shares_of(connection, moments, PARTS_PER_CPU * int(ray.cluster_resources()["CPU"]))  # type: ignore[no-untyped-call]
            task = ray.remote(compute_share)
            running = {task.remote(home, manifest, views, share, folder / f"share-{n}"): share.num_rows for n, share in enumerate(shares)}
            while running:
                (done, *_), _ = ray.wait(list(running))
                ray.get(done)
                told(running.pop(done))
        finally:
            ray.shutdown()
        _together(views, [folder / f"share-{n}" for n in range(len(shares))], folder)

    return compute


def shares_of(connection: duckdb.DuckDBPyConnection, moments: pa.Table, parts: int) -> list[pa.Table]:
    """The moments in shares of about the same size, each of the customers from one to another in their order; empty shares left out."""
    connection.register("all_moments", moments)
    shared = "SELECT *, min(moment) OVER (PARTITION BY customer_id) * $parts // $count AS share FROM all_moments"
    query = f"SELECT * EXCLUDE (share) FROM ({shared}) WHERE share = $part ORDER BY moment"
    given = {"parts": parts, "count": max(1, moments.num_rows)}
    shares = [connection.sql(query, params=given | {"part": part}).to_arrow_table() for part in range(parts)]
    connection.unregister("all_moments")
    return [share for share in shares if share.num_rows]


def compute_share(home: Home, manifest: Manifest, views: Sequence[View], moments: pa.Table, folder: Path) -> None:
    """What one task does: the views for its share of the moments, one file each in `folder`, on one thread."""
    customers = moments["customer_id"]
    with Lake(home, manifest).connect(between=(customers[0].as_py(), customers[-1].as_py())) as connection:
        connection.execute("SET threads = 1")
        write_rows(connection, views, moments, folder, lambda _: None)


def _together(views: Sequence[View], shares: Sequence[Path], folder: Path) -> None:
    """Merge the shares of each view into the one file a single machine would have written."""
    for view in views:
        rows = pa.concat_tables([pq.read_table(share / f"{view.name}.parquet", schema=parquet_schema(view)) for share in shares])
        pq.write_table(rows.sort_by([("customer_id", "ascending"), ("event_timestamp", "ascending")]), folder / f"{view.name}.parquet")
    for share in shares:
        shutil.rmtree(share)
