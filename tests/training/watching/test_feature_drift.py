"""Chance is not called silence, and a column that told the date is not called drift."""

import numpy as np
import pyarrow as pa

from training.watching.features import FeatureDrift, feature_drift
from training.watching.limits import LEAST_TO_JUDGE, DriftLimits, of_features


def table(values) -> pa.Table:
    return pa.table({"x": pa.array(values)})


def drift(before, now, customers: int) -> FeatureDrift:
    (found,) = feature_drift(table(before), table(now), ["x", "not_there"], customers)
    return found


def test_a_rare_thing_that_did_not_happen_lately_is_no_silence():
    before = np.r_[np.ones(20), np.zeros(980)]
    assert drift(before, np.zeros(300), customers=300).silent is None
    assert drift(before, np.zeros(3000), customers=3000).silent == "0"


def test_many_rows_of_few_customers_prove_less():
    before = np.r_[np.ones(500), np.zeros(500)]
    assert drift(before, np.zeros(300), customers=5).silent is None
    assert drift(before, np.zeros(300), customers=50).silent == "0"


def test_a_word_gone_constant_and_one_gone_missing():
    before = ["a", "b"] * 100
    assert drift(before, ["b"] * 100, customers=100).silent == "b"
    assert drift(before, pa.nulls(100, pa.string()), customers=100).silent == "missing"


def test_what_was_constant_in_training_may_stay_so():
    assert drift(np.ones(100), np.ones(100), customers=100) == FeatureDrift("x", 0.0, 0.0, 0.0, None, dated=False)


def test_a_column_that_told_the_date_is_shown_and_not_complained_of():
    moved, known = (FeatureDrift("x", 3.0, 0.0, 0.0, None, dated) for dated in (False, True))
    assert of_features([moved, known], LEAST_TO_JUDGE, DriftLimits()) == ["x: PSI 3.00 > 0.25"]
    assert of_features([moved], LEAST_TO_JUDGE - 1, DriftLimits()) == []
