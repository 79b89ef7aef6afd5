"""VIEWS said in Feast's words. No knowledge of its own: names, fields, units and times to live come from features/views."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, String

from features.views.view import Dtype, View

SERVICE = "playcall_v1"
customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.STRING, description="A customer of the contact centre.")


def feature_views(built: Path, views: Sequence[View]) -> list[FeatureView]:
    """One Feast view per view, over the Parquet files in the folder `built`."""
    return [_feature_view(built, view) for view in views]


def feature_service(views: Sequence[FeatureView]) -> FeatureService:
    return FeatureService(name=SERVICE, features=list(views), description="Everything a decision may read of a customer.")


def _feature_view(built: Path, view: View) -> FeatureView:
    source = FileSource(
        name=f"{view.name}_built",
        path=str(built / f"{view.name}.parquet"),
        timestamp_field="event_timestamp",
        created_timestamp_column="created",
    )
    return FeatureView(
        name=view.name,
        entities=[customer],
        # Feast says for ever with a ttl of nothing.
        ttl=view.ttl or timedelta(0),
        schema=[Field(name="customer_id", dtype=String), *(_field(view, place) for place in range(len(view.fields)))],
        source=source,
        description=view.meaning,
        tags={"freshness": view.freshness},
    )


def _field(view: View, place: int) -> Field:
    field = view.fields[place]
    dtype = Float64 if field.dtype is Dtype.NUMBER else String
    return Field(name=field.name, dtype=dtype, description=field.meaning, tags={"unit": field.unit})
