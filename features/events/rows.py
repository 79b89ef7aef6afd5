"""Pushed rows (JSON objects) as an Arrow table of text, to be judged by the checks of files."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pyarrow as pa

from features.events.tables import Table


def rows_as_arrow(table: Table, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """(len(rows), columns) text; required columns that no row has are there, empty. An object `attributes` is spread into its entries."""
    flat = [_spread(row) for row in rows]
    names = dict.fromkeys((*table.required, *(name for row in flat for name in row)))
    return pa.table({name: pa.array([_text(row.get(name)) for row in flat], pa.string()) for name in names})


def _spread(row: Mapping[str, object]) -> dict[str, object]:
    """Own columns win over attributes of the same name."""
    inside = row.get("attributes")
    if not isinstance(inside, Mapping):
        return dict(row)
    return {**{str(name): value for name, value in inside.items()}, **{name: value for name, value in row.items() if name != "attributes"}}


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)
