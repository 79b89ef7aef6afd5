"""One view's values of one entity as one compact row of bytes.

A row is: a bit per field (set: the field is null) | the doubles, little-endian, null as NaN | the other fixed-width values |
for every further field a 4-byte length and its bytes. The order of the fields is kept in the Layout, beside the rows.
"""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import cast

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_LENGTH = struct.Struct("<I")
_NAN = float("nan")


class Kind(StrEnum):
    """How a value lies in the row. OTHER is bytes only the writer can read."""

    DOUBLE = "d"
    FLOAT = "f"
    LONG = "q"
    INT = "i"
    FLAG = "?"
    TEXT = "text"
    BYTES = "bytes"
    OTHER = "other"


_FIXED = (Kind.DOUBLE, Kind.FLOAT, Kind.LONG, Kind.INT, Kind.FLAG)


@dataclass(frozen=True)
class Layout:
    """The fields of a row in the writer's order, with defaults for who has no row."""

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    defaults: tuple[float | None, ...] = ()

    @cached_property
    def doubles(self) -> tuple[int, ...]:
        return self._of(Kind.DOUBLE)

    @cached_property
    def fixed(self) -> tuple[int, ...]:
        """Fields of fixed width in stored order: doubles first, so that the hot read takes them in one piece."""
        return tuple(place for kind in _FIXED for place in self._of(kind))

    @cached_property
    def varying(self) -> tuple[int, ...]:
        return tuple(place for place, kind in enumerate(self.kinds) if kind not in _FIXED)

    @cached_property
    def null_bytes(self) -> int:
        return (len(self.names) + 7) // 8

    @cached_property
    def packer(self) -> struct.Struct:
        return struct.Struct("<" + "".join(self.kinds[place].value for place in self.fixed))

    @cached_property
    def varying_at(self) -> int:
        return self.null_bytes + self.packer.size

    def _of(self, kind: Kind) -> tuple[int, ...]:
        return tuple(place for place, other in enumerate(self.kinds) if other is kind)

    def serves(self, other: "Layout") -> bool:
        """Whether rows of the other layout can be written with this one: the same fields, and no defaults of its own."""
        return (self.names, self.kinds) == (other.names, other.kinds) and other.defaults in ((), self.defaults)

    def to_json(self) -> str:
        return orjson.dumps([self.names, self.kinds, self.defaults]).decode()

    @classmethod
    def from_json(cls, text: str) -> "Layout":
        names, kinds, defaults = orjson.loads(text)
        return cls(tuple(names), tuple(Kind(kind) for kind in kinds), tuple(defaults))

    def encode(self, values: Sequence[object | None]) -> bytes:
        """values: one per field, None is null; numbers for fixed kinds, str for TEXT, bytes for BYTES and OTHER."""
        nulls = bytearray(self.null_bytes)
        for place, value in enumerate(values):
            if value is None:
                nulls[place >> 3] |= 1 << (place & 7)
        fixed = self.packer.pack(*[_EMPTY[self.kinds[place]] if values[place] is None else values[place] for place in self.fixed])
        return bytes(nulls) + fixed + b"".join(_varying(values[place]) for place in self.varying)

    def decode(self, row: bytes) -> list[object | None]:
        """The values in the writer's order."""
        values: list[object | None] = [None] * len(self.names)
        for place, value in zip(self.fixed, self.packer.unpack_from(row, self.null_bytes), strict=True):
            values[place] = value
        for place, piece in zip(self.varying, self.pieces(row), strict=True):
            values[place] = piece.decode() if self.kinds[place] is Kind.TEXT else piece
        return [None if row[place >> 3] >> (place & 7) & 1 else value for place, value in enumerate(values)]

    def pieces(self, row: bytes) -> Iterator[bytes]:
        position = self.varying_at
        for _ in self.varying:
            start = position + 4
            position = start + _LENGTH.unpack_from(row, position)[0]
            yield row[start:position]

    def encode_columns(self, columns: Mapping[str, pa.ChunkedArray]) -> list[bytes]:
        """The same as `encode` for whole columns at once; NaN is null. OTHER columns are binary already.

        Raises pa.ArrowInvalid, or another ArrowException, when a column cannot be of its kind.
        """
        arrays = [_as_kind(columns[name], kind) for name, kind in zip(self.names, self.kinds, strict=True)]
        rows = len(arrays[0]) if arrays else 0
        nulls = np.stack([array.is_null().to_numpy(zero_copy_only=False) for array in arrays], axis=1) if arrays else _NO_NULLS
        blocks = [_block([arrays[place] for place in self._of(kind)], kind, rows) for kind in _FIXED]
        head = np.concatenate([_packed(nulls), *blocks], axis=1)
        width, joined = head.shape[1], head.tobytes()
        heads = [joined[start : start + width] for start in range(0, rows * width, width)]
        if not self.varying:
            return heads
        pieces = zip(*[_pieces_of(arrays[place], self.kinds[place]) for place in self.varying], strict=True)
        return [first + b"".join(varying) for first, varying in zip(heads, pieces, strict=True)]


_NUMPY: Mapping[Kind, str] = {Kind.DOUBLE: "<f8", Kind.FLOAT: "<f4", Kind.LONG: "<i8", Kind.INT: "<i4", Kind.FLAG: "?"}
_NO_NULLS = np.zeros((0, 0), bool)
_ARROW: Mapping[Kind, pa.DataType] = {
    Kind.DOUBLE: pa.float64(),
    Kind.FLOAT: pa.float32(),
    Kind.LONG: pa.int64(),
    Kind.INT: pa.int32(),
    Kind.FLAG: pa.bool_(),
    Kind.TEXT: pa.string(),
    Kind.BYTES: pa.binary(),
    Kind.OTHER: pa.binary(),
}
_EMPTY: Mapping[Kind, float | int | bool] = {Kind.DOUBLE: _NAN, Kind.FLOAT: _NAN, Kind.LONG: 0, Kind.INT: 0, Kind.FLAG: False}


def _packed(nulls: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(nulls, axis=1, bitorder="little")


def _varying(value: object | None) -> bytes:
    piece = b"" if value is None else value.encode() if isinstance(value, str) else cast(bytes, value)
    return _LENGTH.pack(len(piece)) + piece


def _as_kind(column: pa.ChunkedArray, kind: Kind) -> pa.Array:
    """One array of the kind's own type, NaN as null."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), None, array)
    # Only a float may lose digits; a whole number that does not fit is refused.
    return array if array.type == _ARROW[kind] else array.cast(_ARROW[kind], safe=kind not in (Kind.DOUBLE, Kind.FLOAT))


def _block(arrays: Sequence[pa.Array], kind: Kind, rows: int) -> NDArray[np.uint8]:
    """Columns of one fixed kind side by side as bytes: (rows, width)."""
    if not arrays:
        return np.zeros((rows, 0), np.uint8)
    values = np.empty((rows, len(arrays)), _NUMPY[kind])
    for slot, array in enumerate(arrays):
        values[:, slot] = array.fill_null(_EMPTY[kind]).to_numpy(zero_copy_only=False)
    return values.view(np.uint8).reshape(rows, -1)


def _pieces_of(array: pa.Array, kind: Kind) -> list[bytes]:
    if kind is not Kind.TEXT:
        return [_varying(value) for value in array.to_pylist()]
    # Features of text are mostly words: each distinct one is encoded once.
    coded = array.dictionary_encode()
    words = [_varying(word) for word in coded.dictionary.to_pylist()]
    empty = _varying(None)
    return [empty if place is None else words[place] for place in coded.indices.to_pylist()]


def text_reader(layout: Layout) -> Callable[[bytes], list[str | None]]:
    """A function giving the TEXT fields of a row of doubles and texts, null as None: the hot read's half for words."""
    unpack, start, count = _LENGTH.unpack_from, layout.varying_at, len(layout.varying)
    nulls = [(place >> 3, 1 << (place & 7)) for place in layout.varying]

    def read(row: bytes) -> list[str | None]:
        position, texts = start, [None] * count
        found: list[str | None] = list(texts)
        for slot in range(count):
            length = unpack(row, position)[0]
            position += 4 + length
            if length:
                found[slot] = row[position - length : position].decode()
            elif not row[nulls[slot][0]] & nulls[slot][1]:
                found[slot] = ""
        return found

    return read
