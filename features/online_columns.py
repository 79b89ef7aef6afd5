"""A table that Feast wants written, column by column: entity keys and values without a protobuf message per cell where the type allows it."""

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from feast import FeatureView
from feast.field import Field
from feast.protos.feast.types.Value_pb2 import ValueType
from feast.type_map import python_values_to_proto_values
from feast.types import Int32, Int64, String

from features.errors import OnlineStoreError
from features.online_values import declared_layout
from features.row_codec import Kind, Layout

_U32 = struct.Struct("<I")
Piece = Callable[[Any], bytes]


def _piece(value_type: int, body: bytes) -> bytes:
    return _U32.pack(value_type) + _U32.pack(len(body)) + body


# How Feast's entity key, version 3, holds a value of these types; for any other type Feast itself is asked.
_PIECES: Mapping[Any, Piece] = {
    String: lambda value: _piece(ValueType.STRING, value.encode()),
    Int64: lambda value: _piece(ValueType.INT64, struct.pack("<q", value)),
    Int32: lambda value: _piece(ValueType.INT32, struct.pack("<i", value)),
}


def can_write_columns(view: FeatureView, key_version: int) -> bool:
    """Whether keys and values of the view can be taken from columns: keys of plain types in the current encoding, no vector index."""
    plain_keys = all(field.dtype in _PIECES for field in view.entity_columns)
    return key_version == 3 and bool(view.entity_columns) and plain_keys and not any(field.vector_index for field in view.features)


def entity_keys(columns: Sequence[Field], table: pa.Table) -> list[bytes]:
    """The serialized entity key of every row: byte for byte what Feast makes of it. Raises OnlineStoreError for an empty key."""
    ordered = sorted(columns, key=lambda field: str(field.name))
    keys = [_U32.pack(len(ordered)) + b"".join(_piece(ValueType.STRING, field.name.encode()) for field in ordered)] * table.num_rows
    for field in ordered:
        piece, values = _PIECES[field.dtype], _plain(table, field)
        keys = [key + piece(value) for key, value in zip(keys, values, strict=True)]
    return keys


def _plain(table: pa.Table, field: Field) -> list[Any]:
    column = table[field.name]
    if column.null_count:
        raise OnlineStoreError(f"entity {field.name}: {column.null_count} rows have no value; leave them out of the source.")
    types: Mapping[Any, pa.DataType] = {String: pa.string(), Int64: pa.int64(), Int32: pa.int32()}
    wanted = types[field.dtype]
    values: list[Any] = (column if column.type == wanted else column.cast(wanted)).to_pylist()
    return values


def packed_columns(view: FeatureView, table: pa.Table) -> tuple[Layout, list[bytes]]:
    """The view's layout and every row in it. Raises pa.ArrowException where a column is not of its declared type."""
    layout = declared_layout(view.features)
    columns = {field.name: _column(table[field.name], field, kind) for field, kind in zip(view.features, layout.kinds, strict=True)}
    return layout, layout.encode_columns(columns) if columns else [b""] * table.num_rows


def _column(column: pa.ChunkedArray, field: Field, kind: Kind) -> pa.ChunkedArray | pa.Array:
    if kind is not Kind.OTHER:
        return column
    values = python_values_to_proto_values(column.to_numpy(), field.dtype.to_value_type())
    return pa.array([None if value.WhichOneof("val") is None else value.SerializeToString() for value in values], pa.binary())
