"""An action's own trees, and a kind's: they answer where the rows that follow confirm them, and nowhere else."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from small_model import SCHEMA, TALK, customer, fitted, rows

from training.ahead import Ahead
from training.columns import Columns
from training.propensity.own import Own, learn

ROWS = 8000
KINDS = {"a": "sell", "b": "sell", "c": "serve", "d": "serve"}
LEVEL = -0.85


@pytest.fixture(scope="module")
def table() -> pa.Table:
    made = rows(ROWS)
    place = made.column_names.index("action_id")
    return made.set_column(place, "action_id", pa.array(np.random.default_rng(3).choice(list("abcd"), ROWS)))


def answers(table: pa.Table, **strength: float) -> np.ndarray:
    """By action, how strongly the middle-aged say yes and the others no: no sum of columns says that."""
    middle = np.abs(table["age"].to_numpy() - 45) < 12.5
    strengths = np.array([strength.get(action, 0.0) for action in table["action_id"].to_pylist()])
    score = LEVEL + strengths * np.where(middle, 1.0, -1.0)
    return (np.random.default_rng(6).random(ROWS) < 1 / (1 + np.exp(-score))).astype(float)


def learned(table: pa.Table, label: np.ndarray, kinds: dict[str, str] = KINDS) -> Own | None:
    columns, flat = Columns.of(SCHEMA, table), np.full(ROWS, LEVEL)
    ahead = Ahead.of([(flat[start : start + 2000], label[start : start + 2000]) for start in (2000, 4000, 6000)])
    return learn(columns, columns.matrix(table), label, table["action_id"].to_pylist(), kinds, ahead=ahead, offset=flat, seed=1)


def test_an_action_that_goes_its_own_way_gets_its_own_trees_and_others_none(table):
    own = learned(table, answers(table, a=1.5, b=-1.5))
    assert own is not None
    assert dict(own.serves) == {"a": "a", "b": "b"}


def test_what_a_kind_has_in_common_is_learned_from_all_of_it(table):
    own = learned(table, answers(table, a=0.8, b=0.8))
    assert own is not None
    assert set(own.serves) == {"a", "b"}
    assert "kind sell" in own.serves.values()


def test_where_the_common_model_has_it_right_nobody_has_trees(table):
    assert learned(table, answers(table)) is None


def test_few_answers_stay_with_the_common_model(table):
    few = table.set_column(
        table.column_names.index("action_id"), "action_id", pa.array(np.where(np.arange(ROWS) % 20 == 0, "a", "b").tolist())
    )
    assert "a" not in getattr(learned(few, answers(few, a=1.5), {}), "serves", {})


def test_one_action_that_is_all_there_is_has_the_common_model(table):
    alone = table.set_column(table.column_names.index("action_id"), "action_id", pa.array(["a"] * ROWS))
    assert learned(alone, answers(alone, a=1.5)) is None


def test_the_same_saved_for_many_rows_and_for_one_customers_candidates(table, tmp_path):
    own = learned(table, answers(table, a=1.5, c=1.5))
    assert own is not None
    assert set(own.serves) >= {"a", "c"}
    own.save(tmp_path)
    again, columns = Own.load(tmp_path), Columns.of(SCHEMA, table)
    x = columns.matrix(table.slice(0, 1))
    every, codes = ["a", "b", "c", "unheard"], columns.action_codes(["a", "b", "c", "unheard"])
    each = np.tile(x, (4, 1))
    each[:, columns.action] = np.where(codes < 0, np.nan, codes)
    said = own(each, every)
    assert said[1] == said[3] == 0.0
    assert said[0] != 0.0
    assert again(each, every) == pytest.approx(said, abs=1e-12)
    assert again.candidates(x[0], columns.action, codes, every) == pytest.approx(said, abs=1e-12)
    assert own.contributions(x, "a").sum() == pytest.approx(said[0] if table["action_id"][0].as_py() == "a" else own(x, ["a"])[0])


def test_the_same_rows_and_seed_grow_the_same_files(table, tmp_path):
    label = answers(table, a=1.5)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        learned(table, label).save(tmp_path / name)
    assert (tmp_path / "one" / "own-1.txt").read_bytes() == (tmp_path / "two" / "own-1.txt").read_bytes()


def test_a_model_with_own_trees_says_live_what_it_says_of_rows_and_explains_it(table, tmp_path):
    own = learned(table, answers(table, a=1.5))
    plain = fitted(table, answers(table))
    scorer = replace(plain, own=own)
    scorer.save(tmp_path)
    saved = type(scorer).load(tmp_path, "1")
    row = table.slice(0, 1).to_pylist()[0]
    asked = table.slice(0, 1).set_column(table.column_names.index("action_id"), "action_id", pa.array(["a"]))
    live = saved.score(customer(row), TALK, ["a", "b"]).propensity
    assert live[0] == pytest.approx(scorer.predict(asked)[0], abs=1e-12)
    assert live[0] != pytest.approx(plain.score(customer(row), TALK, ["a"]).propensity[0])
    assert live[1] == pytest.approx(plain.score(customer(row), TALK, ["b"]).propensity[0], abs=1e-12)
    moved = [dict(one.contributions(customer(row), TALK, "a", top=99))["age"] for one in (saved, plain)]
    assert moved[0] != pytest.approx(moved[1])
