"""What the further columns of the customer table hold, numbers or words, over every row of the lake; each immutable file is looked at once."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

import duckdb

from features.events import sql
from features.events.manifest import TableState

Kinds = Mapping[str, bool]
"""By column name: whether every value that is not empty reads as a number."""

ATTRIBUTE_KINDS = """
SELECT entry.key AS name, bool_and(entry.value IS NULL OR trim(entry.value) = '' OR try_cast(entry.value AS DOUBLE) IS NOT NULL) AS numeric
FROM (SELECT unnest(map_entries(attributes)) AS entry FROM {customers}) GROUP BY name ORDER BY name
"""


def attribute_kinds(connection: duckdb.DuckDBPyConnection, lake: Path, customers: TableState) -> Kinds:
    """The kinds over all parts of the customer table. What was found of a part is kept beside it, in the lake's folder."""
    seen = _kept(lake)
    found = {part.file: seen[part.file] if part.file in seen else _looked(connection, lake / part.file) for part in customers.parts}
    if found.keys() - seen.keys():
        _keep(lake, found)
    together: dict[str, bool] = {}
    for kinds in found.values():
        for name, numeric in kinds.items():
            together[name] = together.get(name, True) and numeric
    return dict(sorted(together.items()))


def _looked(connection: duckdb.DuckDBPyConnection, part: Path) -> Kinds:
    return dict(connection.execute(ATTRIBUTE_KINDS.format(customers=sql.parquet([part]))).fetchall())


def _kept(lake: Path) -> dict[str, Kinds]:
    try:
        kept: dict[str, Kinds] = json.loads(_file(lake).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return kept


def _keep(lake: Path, found: Mapping[str, Kinds]) -> None:
    # A name of its own: two processes may do this at once, and what either of them keeps is right.
    fresh = lake / f"attribute_kinds.{secrets.token_hex(4)}.new"
    fresh.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    fresh.replace(_file(lake))


def _file(lake: Path) -> Path:
    return lake / "attribute_kinds.json"
