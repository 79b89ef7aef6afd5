"""Build the views to Parquet for Feast and training, and materialize them to the online store."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.compact import open_reader
from features.dissatisfaction import write_weights
from features.errors import ViewError
from features.events.lake import Lake
from features.freshness import newest_rows, remember_build
from features.home import Home
from features.identities import owners_of
from features.learn_dissatisfaction import learn
from features.moments import everyone_at, proposals_before
from features.online_write import write_online
from features.transform import active_views, computed, distinct_moments, feature_schema, features_at, rows_of
from features.views.view import Dtype, View

__all__ = ["BuildReport", "MaterializeReport", "build", "feature_schema", "features_at", "materialize", "view_file"]

_TIME = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """moments: the distinct (customer, time) pairs written per view; features: over all views."""

    at: datetime
    moments: int
    views: tuple[str, ...]
    features: int


@dataclass(frozen=True, slots=True)
class MaterializeReport:
    at: datetime
    customers: int


def view_file(home: Home, view: str) -> Path:
    """Where the built rows of a view lie: customer_id, event_timestamp, created (timestamp[us, UTC]) and the fields."""
    return home.views / f"{view}.parquet"


def build(home: Home, at: datetime, told: Callable[[int], object] = lambda _: None) -> BuildReport:
    """Write every view's rows for the moments of the proposals before `at` and for every customer at `at`. `told` hears the moments done.

    Replaces the files of the last build only when all are whole. Raises ViewError when the lake is empty.
    """
    lake = Lake(home)
    with lake.connect() as connection:
        everyone = everyone_at(connection, at)
        if not everyone.num_rows:
            raise ViewError(f"{home.lake}: no customer in any table; run `playcall ingest` first.")
        write_weights(home, learn(connection, at))
        moments = distinct_moments(pa.concat_tables([proposals_before(connection, at), everyone]))
        views = active_views(connection, home)
        home.views.mkdir(parents=True, exist_ok=True)
        with ExitStack() as files:
            writers = [files.enter_context(pq.ParquetWriter(_fresh(home, view), _parquet_schema(view))) for view in views]
            for done in computed(connection, views, moments):
                for view, writer in zip(views, writers, strict=True):
                    writer.write_table(_as_built(rows_of(connection, view), view))
                told(done)
    for view in views:
        _fresh(home, view).replace(view_file(home, view.name))
    remember_build(home, {view.name: newest_rows(view_file(home, view.name)) for view in views})
    return BuildReport(at, moments.num_rows, tuple(view.name for view in views), sum(len(view.fields) for view in views))


def materialize(home: Home, at: datetime, told: Callable[[int], object] = lambda _: None) -> MaterializeReport:
    """Write what is known of every customer at `at` to the online store: views, history and trail, and who is behind each identity.

    What stands online for a later moment, by another clock, is replaced; what is pushed meanwhile is not.
    """
    lake = Lake(home)
    with lake.connect() as connection:
        everyone = everyone_at(connection, at)
        if not everyone.num_rows:
            raise ViewError(f"{home.lake}: no customer in any table; run `playcall ingest` first.")
        store = open_reader(home)
        try:
            store.set_back(at)
            write_online(connection, active_views(connection, home), store, distinct_moments(everyone), told=told)
            store.write_owners(owners_of(connection))
        finally:
            store.close()
    return MaterializeReport(at, everyone.num_rows)


def _fresh(home: Home, view: View) -> Path:
    return home.views / f"{view.name}.parquet.new"


def _parquet_schema(view: View) -> pa.Schema:
    fields = [(field.name, pa.float64() if field.dtype is Dtype.NUMBER else pa.string()) for field in view.fields]
    return pa.schema([("customer_id", pa.string()), ("event_timestamp", _TIME), ("created", _TIME), *fields])


def _as_built(rows: pa.Table, view: View) -> pa.Table:
    # A row says only what was known at its moment, so it may be treated as created then.
    at = rows["at"].cast(_TIME)
    columns = {"customer_id": rows["customer_id"], "event_timestamp": at, "created": at}
    return pa.table(columns | {field.name: rows[field.name] for field in view.fields}).cast(_parquet_schema(view))
