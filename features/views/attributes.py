"""Whatever else the customer table brought: its further columns as features attr_<name>."""

import re
from collections.abc import Sequence
from hashlib import sha256

import duckdb

from features.views.sql import Feature, Group, number, seen, text, view
from features.views.view import View

NAME = "attributes"


def attributes_view(connection: duckdb.DuckDBPyConnection) -> View | None:
    """The view of the attributes the whole lake holds now, also where the connection shows a few customers; None when there are none.

    A column is a number when every value that is not empty reads as one. Of columns that would become one feature, whatever the case of
    their letters, the first by name has it, and every other one a suffix made of its own name.
    """
    kinds: list[tuple[str, bool]] = connection.execute("SELECT name, numeric FROM attribute_kinds ORDER BY name").fetchall()
    if not kinds:
        return None
    named = _columns([name for name, _ in kinds])
    features = [_feature(name, named[name], numeric=numeric) for name, numeric in kinds]
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


def _feature(name: str, column: str, *, numeric: bool) -> Feature:
    key = name.replace("'", "''")
    value = f"nullif(trim(any_value(attributes['{key}'])), '')"
    meaning = f"Column {name} of the customer table."
    if numeric:
        return number(column, "as brought", meaning, value)
    return text(column, meaning, value)


def _columns(names: Sequence[str]) -> dict[str, str]:
    """The feature's name by the column's."""
    columns: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names):
        column = "attr_" + re.sub(r"\W", "_", name)
        if column.casefold() in taken:
            column = f"{column}_{sha256(name.encode()).hexdigest()[:8]}"
        taken.add(column.casefold())
        columns[name] = column
    return columns
