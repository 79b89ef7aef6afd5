"""A model an older release saved still loads and scores: trees alone, a talk without its level, no recent.json."""

import json
from pathlib import Path

import numpy as np
from small_model import AT, TALK, customer, fitted, rows, save_as_first_release

from features.moments import naive_utc
from training.saved import SavedScorer
from training.talk import RECENT_NUMBERS


def older(folder: Path) -> tuple[SavedScorer, np.ndarray]:
    """The first release's files loaded, and what that release answered for ten rows: its trees, calibrated."""
    scorer = save_as_first_release(folder)
    trees = scorer.blend.boosted[0].predict(scorer.columns.matrix(rows(400).slice(0, 10)))
    return SavedScorer.load(folder, "1"), scorer.calibrator(trees)


def test_its_trees_answer_as_they_did_then(tmp_path):
    loaded, then = older(tmp_path)
    assert not set(RECENT_NUMBERS) & set(json.loads((tmp_path / "columns.json").read_text())["numbers"])
    assert np.allclose(loaded.predict(rows(400).slice(0, 10)), then, atol=1e-12)


def test_a_customer_on_the_line_gets_the_same_number_and_reasons_that_add_up(tmp_path):
    loaded, then = older(tmp_path)
    row = rows(400).slice(0, 1).to_pylist()[0]
    assert np.allclose(loaded.score(customer(row), TALK, [row["action_id"]]).propensity, then[:1], atol=1e-12)
    encoded = loaded.encoded(customer(row), TALK, [row["action_id"]])
    assert np.allclose(loaded.blend.contributions(encoded).sum(axis=1), loaded.blend.predict(encoded), atol=1e-9)


def test_a_model_that_asks_for_the_level_and_kept_none_reads_it_as_missing(tmp_path):
    table = rows(400)
    fitted(table, (np.asarray(table["spend_30d"]) > 900).astype(float)).save(tmp_path)
    (tmp_path / "recent.json").unlink()
    loaded = SavedScorer.load(tmp_path, "1")
    served = loaded.predict_as_served(table, np.full(400, np.datetime64(naive_utc(AT))))
    assert np.array_equal(served, loaded.predict(table.drop_columns(list(RECENT_NUMBERS))))
    assert np.isfinite(served).all()
