"""Our model beside the field's usual ones, fitted on the same features in the same run."""

import numpy as np
from lightgbm import LGBMClassifier
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from training.errors import TooFewLabels

Matrix = NDArray[np.float64]


def peers() -> dict[str, object]:
    """Three classifiers with their own defaults; the logistic regression gets what it needs to accept missing values."""
    return {
        "hist_gradient_boosting": HistGradientBoostingClassifier(random_state=1),
        "logistic_regression": make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler(), LogisticRegression(max_iter=1000)),
        "lightgbm": LGBMClassifier(random_state=1, verbose=-1, n_jobs=2),
    }


def predictions(x: Matrix, label: Matrix, later: Matrix) -> dict[str, Matrix]:
    """By peer, (m,) probabilities for later (m, columns) after fitting x (n, columns) and label (n,).

    Columns that say nothing in x are left out for all: HistGradientBoosting refuses some of them. Raises TooFewLabels for one label only.
    """
    if len(label) == 0 or label.min() == label.max():
        raise TooFewLabels("before the newest tenth there are only answers of one kind; peers learn from both, so bring older outcomes")
    told = np.array([_varies(column) for column in x.T])
    return {name: model.fit(x[:, told], label).predict_proba(later[:, told])[:, 1] for name, model in peers().items()}  # type: ignore[attr-defined]


def _varies(column: Matrix) -> bool:
    found = column[np.isfinite(column)]
    return len(found) > 1 and bool(found.min() < found.max())
