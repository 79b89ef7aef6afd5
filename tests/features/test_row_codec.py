"""Rows of bytes: what goes in comes out, null is not NaN, columns and rows say the same."""

import math

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from features.row_codec import Kind, Layout, text_reader

VALUES: dict[Kind, st.SearchStrategy[object]] = {
    Kind.DOUBLE: st.floats(),
    Kind.FLOAT: st.floats(width=32),
    Kind.LONG: st.integers(-(2**63), 2**63 - 1),
    Kind.INT: st.integers(-(2**31), 2**31 - 1),
    Kind.FLAG: st.booleans(),
    Kind.TEXT: st.text(),
    Kind.BYTES: st.binary(),
    Kind.OTHER: st.binary(),
}


def same(one: object, other: object) -> bool:
    return one == other or (isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other))


@settings(deadline=None)
@given(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=20), st.data())
def test_every_value_comes_back_as_it_was(kinds: list[Kind], data: st.DataObject) -> None:
    layout = Layout(tuple(f"f{place}" for place in range(len(kinds))), tuple(kinds))
    values = [data.draw(st.one_of(st.none(), VALUES[kind])) for kind in kinds]
    back = layout.decode(layout.encode(values))
    assert all(same(one, other) for one, other in zip(values, back, strict=True))


@settings(deadline=None)
@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(allow_nan=False)), st.one_of(st.none(), st.text())), min_size=1, max_size=20))
def test_whole_columns_give_the_rows_written_one_by_one(rows: list[tuple[float | None, str | None]]) -> None:
    layout = Layout(("word", "number"), (Kind.TEXT, Kind.DOUBLE))
    columns = {
        "number": pa.chunked_array([pa.array([number for number, _ in rows], pa.float64())]),
        "word": pa.chunked_array([pa.array([word for _, word in rows], pa.string())]),
    }
    packed = layout.encode_columns(columns)
    assert packed == [layout.encode([word, number]) for number, word in rows]
    assert [text_reader(layout)(row) for row in packed] == [[word] for _, word in rows]


def test_a_layout_is_kept_as_text() -> None:
    layout = Layout(("a", "b"), (Kind.DOUBLE, Kind.TEXT), (0.0, None))
    assert Layout.from_json(layout.to_json()) == layout
