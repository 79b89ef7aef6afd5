"""From views to the vector: which feature stands where, and what a customer without history has."""

from collections.abc import Sequence

from features.customer import FeatureSchema
from features.errors import ViewError
from features.views.view import Dtype, View


def schema_of(views: Sequence[View]) -> FeatureSchema:
    """Numbers first, then texts, each in the order of the views. Raises ViewError when two features have one name."""
    owner: dict[str, str] = {}
    for view in views:
        for field in view.fields:
            if field.name in owner:
                raise ViewError(f"feature {field.name} is in the views {owner[field.name]} and {view.name}; rename it in one of them.")
            owner[field.name] = view.name
    fields = [field for view in views for field in view.fields]
    numbers = tuple(field.name for field in fields if field.dtype is Dtype.NUMBER)
    return FeatureSchema(numbers, tuple(field.name for field in fields if field.dtype is Dtype.TEXT))
