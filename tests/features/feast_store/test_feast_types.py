"""Every type Feast has, null, empty and odd values included: what is read is what the stock store would give, both ways of writing."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from feast import Field
from feast.types import (
    Array,
    Bool,
    Bytes,
    Decimal,
    Float32,
    Float64,
    Int32,
    Int64,
    Json,
    Map,
    Set,
    String,
    UnixTimestamp,
    Uuid,
)
from foreign_repo import NOW, SQLITE, materialized, read, view

DAY = timedelta(days=1)
VALUES: dict[str, tuple[Any, object]] = {
    "double": (Float64, [1.5, None, float("nan"), -0.0, 1e308, float("inf")]),
    "double_of_ints": (Float64, [1, 2, 3, 4, 5, 6]),
    "float": (Float32, np.array([1.5, np.nan, 3.25, 4, -5, 1e30], dtype="float32")),
    "long": (Int64, pd.array([1, None, 2**62, -(2**63), 0, 7], dtype="Int64")),
    "long_of_floats": (Int64, [1.0, None, 3.0, 4.0, 5.0, 6.0]),
    "int": (Int32, pd.array([1, None, 2**31 - 1, -(2**31), 0, 7], dtype="Int32")),
    "flag": (Bool, pd.array([True, None, False, True, True, False], dtype="boolean")),
    "text": (String, ["a", None, "", "招商", "x" * 5000, "\x00z"]),
    "bytes": (Bytes, [b"a", None, b"", b"\xff\x00", b"x", b"y"]),
    "time": (UnixTimestamp, pd.to_datetime([NOW, None, NOW - DAY, NOW, NOW, NOW], utc=True)),
    "doubles": (Array(Float64), [[1.0, 2.0], None, [], [3.0], [4.0], [5.0]]),
    "floats": (Array(Float32), [[1.0, 2.0], None, [], [3.0], [4.0], [5.0]]),
    "longs": (Array(Int64), [[1, 2], None, [], [3], [4], [5]]),
    "texts": (Array(String), [["a", "b"], None, [], ["c"], ["日"], [""]]),
    "flags": (Array(Bool), [[True], None, [], [False], [True], [True, False]]),
    "times": (Array(UnixTimestamp), [[NOW], None, [], [NOW], [NOW], [NOW]]),
    "set": (Set(String), [["a", "b"], None, ["c"], ["c"], ["c"], ["c"]]),
    "map": (Map, [{"a": "1"}, None, {"b": "2"}, {"c": "3"}, {"c": "3"}, {"c": "3"}]),
    "json": (Json, ['{"a":1}', None, "[]", "1", "2", "3"]),
    "uuid": (Uuid, [str(uuid.UUID(int=number)) for number in range(6)]),
    "decimal": (Decimal, ["1.50", None, "2", "3", "4", "5"]),
}
ASKED = [{"driver_id": number} for number in (0, 1, 2, 3, 4, 5, 99)]


def rows_of(name: str) -> pd.DataFrame:
    return pd.DataFrame({"driver_id": range(6), "event_timestamp": [NOW - DAY] * 6, "value": VALUES[name][1]})


@pytest.mark.slow
@pytest.mark.parametrize("name", VALUES)
def test_materialized_values_are_read_as_from_the_stock_store(tmp_path: Path, online: Mapping[str, Any], name: str) -> None:
    got = []
    for place, config in (("ours", online), ("stock", SQLITE)):
        stats = view(tmp_path / place, rows_of(name), [Field(name="value", dtype=VALUES[name][0])])
        got.append(read(materialized(tmp_path / place, config, [stats]), {"stats": ["value"]}, ASKED))
    assert repr(got[0]) == repr(got[1])
    assert got[0]["value"][0] is not None
    assert got[0]["value"][6] is None


def test_all_types_in_one_row_are_read_as_from_the_stock_store_materialized_and_written(tmp_path: Path, online: Mapping[str, Any]) -> None:
    rows = pd.DataFrame(
        {"driver_id": range(6), "event_timestamp": [NOW - DAY] * 6} | {name: values for name, (_, values) in VALUES.items()}
    )
    fields = [Field(name=name, dtype=dtype) for name, (dtype, _) in VALUES.items()]
    got = []
    for place, config in (("ours", online), ("stock", SQLITE)):
        store = materialized(tmp_path / place, config, [view(tmp_path / place, rows, fields)])
        got.append(read(store, {"stats": list(VALUES)}, ASKED))
        store.write_to_online_store("stats", rows.assign(event_timestamp=NOW, driver_id=range(5, -1, -1)))
        got.append(read(store, {"stats": list(VALUES)}, ASKED))
    assert repr(got[:2]) == repr(got[2:])
    assert got[0] != got[1]


def test_a_column_that_is_not_of_its_declared_type_is_refused_as_by_the_stock_store(tmp_path: Path, online: Mapping[str, Any]) -> None:
    rows = pd.DataFrame({"driver_id": [1], "event_timestamp": [NOW - DAY], "value": ["many"]})
    with pytest.raises(ValueError, match="invalid literal"):
        materialized(tmp_path, online, [view(tmp_path, rows, [Field(name="value", dtype=Int64)])])
