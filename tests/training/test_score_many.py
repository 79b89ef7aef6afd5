"""Many talks scored in one go get the numbers each gets alone."""

import numpy as np
from small_model import TALK, customer, fitted, rows

from training.saved import SavedScorer


def test_many_talks_at_once_get_the_numbers_of_one_after_the_other(tmp_path):
    table = rows(400)
    fitted(table, (np.asarray(table["spend_30d"]) > 900).astype(float)).save(tmp_path)
    scorer = SavedScorer.load(tmp_path, "1")
    people = [customer(row) for row in table.slice(0, 200).to_pylist()]
    asked = [(one, TALK, ("a", "b", "never_seen")[: number % 4]) for number, one in enumerate(people)]
    for one, together in zip(asked, scorer.score_many(asked), strict=True):
        alone = scorer.score(*one)
        assert together.propensity.shape == alone.propensity.shape
        assert np.allclose(together.propensity, alone.propensity, atol=1e-12)
        assert np.array_equal(together.evidence, alone.evidence)


def test_nothing_asked_is_nothing_told():
    table = rows(400)
    scorer = fitted(table, (np.asarray(table["spend_30d"]) > 900).astype(float))
    assert scorer.score_many([]) == []
    assert [len(one.propensity) for one in scorer.score_many([(customer(table.to_pylist()[0]), TALK, ())])] == [0]
