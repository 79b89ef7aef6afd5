"""Training and serving go through one encoder, so the same customer gives the same numbers both ways."""

from dataclasses import replace

import numpy as np
from small_model import AT, SCHEMA, TALK, customer, fitted, rows

from features.customer import CustomerFeatures
from training.columns import Columns
from training.saved import SavedScorer
from training.talk import Talk


def test_a_row_of_training_and_a_customer_on_the_line_are_encoded_alike():
    table = rows(50)
    columns = Columns.of(SCHEMA, table)
    row = table.slice(7, 1).to_pylist()[0]
    assert np.array_equal(columns.rows(customer(row), TALK, [row["action_id"]]), columns.matrix(table.slice(7, 1)))


def test_a_word_never_seen_is_missing_and_no_accidental_code():
    columns = Columns.of(SCHEMA, rows(50))
    stranger = CustomerFeatures("c2", True, SCHEMA, np.array([30.0, np.nan]), ("Atlantis",))
    encoded = columns.rows(stranger, TALK, ["unheard_of"])
    assert np.isnan(encoded[0, columns.names.index("city")])
    assert np.isnan(encoded[0, columns.names.index("action_id")])


def test_a_saved_model_loads_to_the_same_numbers_and_never_gives_nan(tmp_path):
    table = rows(400)
    scorer = fitted(table, (np.asarray(table["spend_30d"]) > 900).astype(float))
    scorer.save(tmp_path)
    again = SavedScorer.load(tmp_path, "1")
    assert np.array_equal(again.predict(table), scorer.predict(table))
    empty = CustomerFeatures("c3", False, SCHEMA, np.full(2, np.nan), (None,))
    scores = again.score(empty, Talk(AT), ["a", "zzz"])
    assert np.isfinite(scores.propensity).all()
    assert scores.evidence.tolist() == [10, 0]
    assert {path.suffix for path in tmp_path.iterdir()} == {".txt", ".json"}


def test_a_talk_without_a_level_of_its_own_is_read_with_the_models_last_one():
    table = rows(400)
    scorer = fitted(table, (np.asarray(table["spend_30d"]) > 900).astype(float))
    row = table.slice(3, 1).to_pylist()[0]
    silent = replace(TALK, recent=None)
    assert np.array_equal(
        scorer.score(customer(row), silent, ["a", "b"]).propensity, scorer.score(customer(row), TALK, ["a", "b"]).propensity
    )


def test_the_contributions_add_up_to_the_log_odds_served():
    table = rows(400)
    scorer = fitted(table, (np.asarray(table["spend_30d"]) > 900).astype(float))
    encoded = scorer.columns.matrix(table)
    assert np.allclose(scorer.blend.contributions(encoded).sum(axis=1), scorer.blend.predict(encoded), atol=1e-9)


def test_the_same_rows_and_seed_give_the_same_model_files(tmp_path):
    table = rows(300)
    label = (np.asarray(table["age"]) > 40).astype(float)
    for name in ("one", "two"):
        fitted(table, label, seed=5).save(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert [(tmp_path / "one" / file).read_bytes() for file in files] == [(tmp_path / "two" / file).read_bytes() for file in files]
