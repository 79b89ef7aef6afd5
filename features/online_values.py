"""Feast's values as compact rows and back. Every Feast type survives, null and NaN stay apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from feast.field import Field
from feast.protos.feast.types.Value_pb2 import Value
from feast.types import Bool, Bytes, FeastType, Float32, Float64, Int32, Int64, String

from features.row_codec import Kind, Layout

_KINDS: Mapping[FeastType, Kind] = {
    Float64: Kind.DOUBLE,
    Float32: Kind.FLOAT,
    Int64: Kind.LONG,
    Int32: Kind.INT,
    Bool: Kind.FLAG,
    String: Kind.TEXT,
    Bytes: Kind.BYTES,
}
_VALUE: Mapping[Kind, str] = {
    Kind.DOUBLE: "double_val",
    Kind.FLOAT: "float_val",
    Kind.LONG: "int64_val",
    Kind.INT: "int32_val",
    Kind.FLAG: "bool_val",
    Kind.TEXT: "string_val",
    Kind.BYTES: "bytes_val",
}
NULL = Value()


def declared_layout(fields: Sequence[Field]) -> Layout:
    """The compact layout of a feature view's fields; lists, maps, times and whatever Feast adds lie in it as Feast's own bytes."""
    return Layout(tuple(field.name for field in fields), tuple(_KINDS.get(field.dtype, Kind.OTHER) for field in fields))


def loose_layout(layout: Layout) -> Layout:
    """The same fields with every value as Feast's own bytes: for rows whose values are not of the declared types."""
    return Layout(layout.names, (Kind.OTHER,) * len(layout.names))


def packed(layout: Layout, values: Mapping[str, Value]) -> bytes | None:
    """The row, or None when a value is not of its declared type. A field without value is null."""
    plain: list[object | None] = []
    for name, kind in zip(layout.names, layout.kinds, strict=True):
        value = values.get(name, NULL)
        filled = value.WhichOneof("val")
        if filled is None:
            plain.append(None)
        elif kind is Kind.OTHER:
            plain.append(value.SerializeToString())
        elif filled == _VALUE[kind]:
            plain.append(getattr(value, filled))
        else:
            return None
    return layout.encode(plain)


def unpacked(layout: Layout, row: bytes, wanted: Sequence[str]) -> dict[str, Value]:
    """The wanted fields as Feast values; a field the row does not know is null."""
    values = dict(zip(layout.names, zip(layout.kinds, layout.decode(row), strict=True), strict=True))
    return {name: _value(*values[name]) if name in values else NULL for name in wanted}


def _value(kind: Kind, value: Any) -> Value:
    if value is None:
        return NULL
    if kind is Kind.OTHER and isinstance(value, bytes):
        other: Value = Value.FromString(value)
        return other
    given: dict[str, Any] = {_VALUE[kind]: value}
    told: Value = Value(**given)
    return told
