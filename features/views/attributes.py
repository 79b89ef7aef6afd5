"""Whatever else the customer table brought: its further columns as features attr_<name>."""

import re

import duckdb

from features.errors import ViewError
from features.views.sql import Feature, Group, number, seen, text, view
from features.views.view import View

NAME = "attributes"


def attributes_view(connection: duckdb.DuckDBPyConnection) -> View | None:
    """The view of the attributes the whole lake holds now, also where the connection shows a few customers; None when there are none.

    A column is a number when every value that is not empty reads as one. Raises ViewError when two columns become one feature.
    """
    kinds: list[tuple[str, bool]] = connection.execute("SELECT name, numeric FROM attribute_kinds ORDER BY name").fetchall()
    if not kinds:
        return None
    features = [_feature(name, numeric=numeric) for name, numeric in kinds]
    _refuse_twins([name for name, _ in kinds], features)
    return view(
        name=NAME,
        meaning="Further columns of the customer table, as last told to us.",
        freshness="within seconds of a changed customer row",
        ttl=None,
        relations={
            "versions": seen("customers", "updated_at", ["t.attributes", "t.updated_at", "t.known_at"]),
            "seen": "SELECT moment, arg_max(attributes, (updated_at, known_at)) AS attributes FROM versions GROUP BY moment",
        },
        groups=[Group("seen", tuple(features))],
    )


def _feature(name: str, *, numeric: bool) -> Feature:
    key = name.replace("'", "''")
    value = f"nullif(trim(any_value(attributes['{key}'])), '')"
    meaning = f"Column {name} of the customer table."
    if numeric:
        return number(_column(name), "as brought", meaning, value)
    return text(_column(name), meaning, value)


def _column(name: str) -> str:
    return "attr_" + re.sub(r"\W", "_", name)


def _refuse_twins(names: list[str], features: list[Feature]) -> None:
    seen_names: dict[str, str] = {}
    for name, feature in zip(names, features, strict=True):
        twin = seen_names.setdefault(feature.field.name, name)
        if twin != name:
            raise ViewError(f"customers: columns '{twin}' and '{name}' both become {feature.field.name}; rename one of them in the file.")
