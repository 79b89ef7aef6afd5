"""The peers a model is held against learn from both answers, or say that there is only one."""

import numpy as np
import pytest

from training.errors import TooFewLabels
from training.peers import predictions


def test_one_kind_of_answer_is_refused_by_name_and_both_are_learned_from():
    random = np.random.default_rng(1)
    x = random.normal(size=(200, 3))
    with pytest.raises(TooFewLabels, match="only answers of one kind"):
        predictions(x, np.zeros(200), x)
    said = predictions(x, (x[:, 0] > 0).astype(float), x)
    assert all(probability[x[:, 0] > 0.5].mean() > probability[x[:, 0] < -0.5].mean() for probability in said.values())
