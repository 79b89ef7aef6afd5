"""The one transform: what each view says of customers at moments. Training, batch and the online store all come through here."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from features.customer import FeatureSchema
from features.dissatisfaction import read_weights
from features.events.persons import Persons
from features.home import Home
from features.schema import schema_of
from features.views import VIEWS
from features.views.attributes import attributes_view
from features.views.dissatisfaction import dissatisfaction
from features.views.sql import members
from features.views.view import View

MOMENTS_AT_ONCE = 60_000
"""Bounds the memory: rows of this many moments are joined with their events at a time."""
FEW_CUSTOMERS = 1_000
_AT = pa.timestamp("us")


class EventTables(Protocol):
    """What the transform asks of the lake."""

    @property
    def home(self) -> Home: ...

    def persons(self) -> Persons: ...

    def connect(self, *, customers: Sequence[str] | None = None) -> duckdb.DuckDBPyConnection: ...


def active_views(connection: duckdb.DuckDBPyConnection, home: Home) -> tuple[View, ...]:
    """VIEWS, the dissatisfaction score with this home's weights, and the view of the attributes the lake holds."""
    attributes = attributes_view(connection)
    return (*VIEWS[:-1], dissatisfaction(*read_weights(home)), *([attributes] if attributes else []))


def feature_schema(lake: EventTables) -> FeatureSchema:
    """The order of the feature vector for what the lake holds now."""
    with lake.connect() as connection:
        return schema_of(active_views(connection, lake.home))


def views_fingerprint(lake: EventTables) -> str:
    """Another one when a view says anything else, or there is another view."""
    with lake.connect() as connection:
        said = [f"{view.name}\n{view.fields}\n{view.sql}" for view in active_views(connection, lake.home)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def features_at(lake: EventTables, moments: pa.Table) -> pa.Table:
    """What was known of each customer at each moment.

    moments: columns customer_id (string) and at (timestamp; without zone it is UTC). Returns one row per row of `moments`, in their order,
    with the columns of `feature_schema`: numbers float64 (null is missing), texts string.
    """
    distinct, places = _distinct(_asked(moments))
    with connection_for(lake, distinct) as connection:
        views = active_views(connection, lake.home)
        columns = _columns(views)
        parts = [
            connection.sql(f"SELECT {columns} FROM known ORDER BY moment").to_arrow_table() for _ in computed(connection, views, distinct)
        ]
    joined = pa.concat_tables(parts)
    return joined if _same_order(places) else joined.take(places)


def computed(connection: duckdb.DuckDBPyConnection, views: Sequence[View], moments: pa.Table) -> Iterator[int]:
    """Compute the views for one bounded part of the moments after the other.

    moments: moment (distinct numbers), customer_id, at (timestamp[us], UTC).
    Yields the number of moments of the part; then read `rows_of` each view, or `known` for all together. No moment is one empty part.
    """
    for start in range(0, max(moments.num_rows, 1), MOMENTS_AT_ONCE):
        part = moments.slice(start, MOMENTS_AT_ONCE)
        connection.register("part", part)
        connection.execute('CREATE OR REPLACE TEMP TABLE moments AS SELECT moment, customer_id, "at" FROM part')
        connection.unregister("part")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE members AS {members('moments')}")
        _compute(connection, views)
        yield part.num_rows


def rows_of(connection: duckdb.DuckDBPyConnection, view: View) -> pa.Table:
    """The view's rows of the part computed last: customer_id, at and the fields, ordered by customer and time."""
    return connection.sql(f'SELECT * EXCLUDE (moment) FROM {_table(view)} ORDER BY customer_id, "at"').to_arrow_table()


def distinct_moments(moments: pa.Table) -> pa.Table:
    """The distinct moments, numbered in the order of customer and time."""
    return _distinct(_asked(moments))[0]


def connection_for(lake: EventTables, moments: pa.Table) -> duckdb.DuckDBPyConnection:
    """A connection to the events of these moments' customers and of whoever was one person with them, in memory when they are few."""
    customers = pc.unique(moments["customer_id"])
    if len(customers) > FEW_CUSTOMERS:
        return lake.connect()
    return lake.connect(customers=sorted(lake.persons().circle(customers.to_pylist())))


def _asked(moments: pa.Table) -> pa.Table:
    return pa.table({"customer_id": moments["customer_id"].cast(pa.string()), "at": as_utc(moments["at"])})


def as_utc(at: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of times as timestamp[us] in UTC, the tables' way; without zone it is UTC already. Finer than microseconds is cut off."""
    # Arrow keeps UTC underneath any zone, so dropping the zone changes no instant.
    return at.cast(pa.timestamp(at.type.unit)).cast(_AT, safe=False)


def _distinct(asked: pa.Table) -> tuple[pa.Table, pa.Array]:
    """The distinct moments in order of customer and time, and for every asked row its place among them."""
    with duckdb.connect(":memory:") as connection:
        connection.register("asked", asked.append_column("place", pa.array(range(asked.num_rows), pa.int64())))
        ranked = 'SELECT *, dense_rank() OVER (ORDER BY customer_id, "at") - 1 AS moment FROM asked'
        connection.execute(f"CREATE TEMP TABLE ranked AS {ranked}")
        distinct = connection.sql('SELECT DISTINCT moment, customer_id, "at" FROM ranked ORDER BY moment').to_arrow_table()
        places = connection.sql("SELECT moment FROM ranked ORDER BY place").to_arrow_table()["moment"]
    return distinct, places


def _same_order(places: pa.ChunkedArray) -> bool:
    return bool(places.equals(pa.chunked_array([pa.array(range(len(places)), places.type)])))


def _compute(connection: duckdb.DuckDBPyConnection, views: Sequence[View]) -> None:
    """A table per view for the relation `moments`; `known` shows the features of the views computed so far."""
    joins = ""
    for view in views:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW known AS SELECT * FROM moments {joins}")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_table(view)} AS {view.sql}")
        joins += f' JOIN (SELECT * EXCLUDE (customer_id, "at") FROM {_table(view)}) USING (moment)'
    connection.execute(f"CREATE OR REPLACE TEMP VIEW known AS SELECT * FROM moments {joins}")


def _table(view: View) -> str:
    return f"view_{view.name}"


def _columns(views: Sequence[View]) -> str:
    schema = schema_of(views)
    return ", ".join(f'"{name}"' for name in (*schema.numbers, *schema.texts))
