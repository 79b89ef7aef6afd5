"""Rows by columns are the rows of the matrix: the same numbers, the same trees, and nothing of theirs is changed."""

import numpy as np
import pyarrow as pa
import pytest
from small_model import SCHEMA, rows

from training.columns import Columns
from training.encoded import newest, without
from training.propensity.blend import Blend, Recipe
from training.propensity.design import Design
from training.side_by_side import BLOCK

DROPPED = ("age", "city")


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """More rows than a block, with words and numbers that are missing."""
    made = rows(BLOCK + 700)
    city = [None if place % 7 == 0 else word for place, word in enumerate(made["city"].to_pylist())]
    age = [None if place % 5 == 0 else value for place, value in enumerate(made["age"].to_pylist())]
    made = made.set_column(made.column_names.index("city"), "city", pa.array(city))
    return made.set_column(made.column_names.index("age"), "age", pa.array(age))


@pytest.fixture(scope="module")
def columns(table) -> Columns:
    return Columns.of(SCHEMA, table)


def by_hand(columns: Columns, row: dict) -> list[float]:
    said = [row.get(name) for name in columns.names]
    codes = [columns.codes[name].get(value) if name in columns.codes else value for name, value in zip(columns.names, said, strict=True)]
    return [np.nan if value is None else float(value) for value in codes]


def test_matrix_and_table_say_what_the_rows_say(table, columns):
    expected = np.array([by_hand(columns, row) for row in table.to_pylist()])
    assert np.isnan(expected).any()
    np.testing.assert_array_equal(columns.matrix(table), expected)
    np.testing.assert_array_equal(newest(columns.table(table), len(expected)), expected)


def test_the_newest_rows_are_the_last_and_never_more_than_there_are(table, columns):
    whole = columns.matrix(table)
    for kept in (columns.table(table), whole):
        np.testing.assert_array_equal(newest(kept, 3), whole[-3:])
        assert newest(kept, 10**6).shape == whole.shape


def test_a_word_never_seen_and_a_column_nobody_has_are_missing(table, columns):
    place = table.column_names.index("city")
    two = table.slice(0, 2)
    strange = two.set_column(place, "city", pa.array(["Atlantis", None])).drop_columns(["age", "need"])
    said = dict(zip(columns.names, columns.matrix(strange).T, strict=True))
    assert all(np.isnan(said[name]).all() for name in ("age", "need", "city"))
    assert not np.isnan(said["spend_30d"]).any()
    nobody = columns.matrix(two.set_column(place, "city", pa.nulls(2)))
    assert np.isnan(nobody[:, columns.names.index("city")]).all()


def test_a_dropped_column_is_empty_and_the_rows_it_came_from_are_not(table, columns):
    places = [columns.names.index(name) for name in DROPPED]
    whole = columns.matrix(table)
    for kept in (columns.table(table), whole.copy()):
        left = newest(without(kept, places), len(whole))
        assert np.isnan(left[:, places]).all()
        np.testing.assert_array_equal(np.delete(left, places, axis=1), np.delete(whole, places, axis=1))
        np.testing.assert_array_equal(newest(kept, len(whole)), whole)


def test_a_table_and_a_matrix_give_the_same_members(table, columns):
    label = (np.nan_to_num(columns.matrix(table)[:, 1]) > 900).astype(float)
    recipe = Recipe(((), DROPPED), 20, 0.5, half_life=500.0)
    one, other = (Blend.fit(columns, x, label, recipe, 1) for x in (columns.table(table), columns.matrix(table)))
    assert [trees.booster.model_to_string() for trees in one.boosted] == [trees.booster.model_to_string() for trees in other.boosted]
    assert [linear.to_json() for linear in one.linears] == [linear.to_json() for linear in other.linears]


def test_a_design_in_blocks_is_the_design_row_by_row(table, columns):
    x = columns.matrix(table)
    texts = [place for place in columns.categorical if columns.names[place] == "city"]
    design = Design.of(x, range(len(columns.numbers)), texts, columns.plain)
    assert len(x) > BLOCK
    np.testing.assert_array_equal(design(x), np.array([design(row) for row in x]))
