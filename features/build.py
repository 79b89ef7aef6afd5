"""Build the views to Parquet for Feast and training, and materialize them to the online store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from features.built_rows import ComputeRows, write_rows
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
from features.refresh import ids_online
from features.transform import active_views, distinct_moments, feature_schema, features_at

__all__ = ["BuildReport", "MaterializeReport", "build", "feature_schema", "features_at", "materialize", "view_file"]


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


def build(home: Home, at: datetime, told: Callable[[int], object] = lambda _: None, compute: ComputeRows = write_rows) -> BuildReport:
    """Write every view's rows for the moments of the proposals before `at` and for every customer at `at`. `told` hears the moments done.

    compute: on this machine, or `engine_ray.on_ray`; the features are the same to the last bit.
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
        fresh = home.views / "new"
        compute(connection, views, moments, fresh, told)
    for view in views:
        (fresh / f"{view.name}.parquet").replace(view_file(home, view.name))
    remember_build(home, {view.name: newest_rows(view_file(home, view.name)) for view in views})
    return BuildReport(at, moments.num_rows, tuple(view.name for view in views), sum(len(view.fields) for view in views))


def materialize(home: Home, at: datetime, told: Callable[[int], object] = lambda _: None) -> MaterializeReport:
    """Write what is known of every customer at `at` to the online store: views, history and trail, who is behind each identity, and who is one person.

    What stands online for a later moment, by another clock, is replaced; what is pushed meanwhile is not.
    """
    lake = Lake(home)
    with lake.connect() as connection:
        everyone, persons = everyone_at(connection, at), lake.persons()
        if not everyone.num_rows:
            raise ViewError(f"{home.lake}: no customer in any table; run `playcall ingest` first.")
        store = open_reader(home)
        try:
            store.set_back(at)
            # At once, and not after the long work: what is pushed meanwhile is news of later.
            store.write_owners(owners_of(connection))
            store.write_persons(ids_online(persons, dict.fromkeys(persons.everyone, at)))
            write_online(connection, active_views(connection, home), store, distinct_moments(everyone), told=told)
        finally:
            store.close()
    return MaterializeReport(at, everyone.num_rows)
