"""The usual ways to rank by uplift, with their own defaults, for comparison: simple ones always, two kept libraries where they are installed."""

import importlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from training.uplift.trial import Trial

Vector = NDArray[np.float64]
Peer = Callable[[Trial, Vector], Vector]


def _boosting() -> Any:
    return HistGradientBoostingClassifier(random_state=1)


def _logistic() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


def two_models(make: Callable[[], Any]) -> Peer:
    """A classifier per group, the difference of their probabilities."""

    def scored(trial: Trial, x: Vector) -> Vector:
        treated, untreated = (make().fit(trial.x[rows], trial.outcome[rows]) for rows in (trial.treated, ~trial.treated))
        return np.asarray(treated.predict_proba(x)[:, 1] - untreated.predict_proba(x)[:, 1], dtype=np.float64)

    return scored


def class_transformation(trial: Trial, x: Vector) -> Vector:
    """One classifier of 'treated and yes, or untreated and no'. Jaskowski & Jaroszewicz (2012); for a chance of one half."""
    flipped = (trial.outcome > 0) == trial.treated
    return np.asarray(_boosting().fit(trial.x, flipped).predict_proba(x)[:, 1], dtype=np.float64)


def response(trial: Trial, x: Vector) -> Vector:
    """No uplift at all: who says yes when treated."""
    return np.asarray(_logistic().fit(trial.x[trial.treated], trial.outcome[trial.treated]).predict_proba(x)[:, 1], dtype=np.float64)


SIMPLE: dict[str, Peer] = {
    "two_models_boosting": two_models(_boosting),
    "two_models_logistic": two_models(_logistic),
    "class_transformation": class_transformation,
    "response": response,
}


def libraries() -> tuple[dict[str, Peer], list[str]]:
    """The learners of scikit-uplift and causalml on default LightGBM, and which of the two are not installed here."""
    found: dict[str, Peer] = {}
    absent = [name for name in ("sklift", "causalml") if find_spec(name) is None]
    if "sklift" not in absent:
        models = importlib.import_module("sklift.models")
        found |= {
            "sklift_solo": _sklift(lambda: models.SoloModel(_lightgbm("LGBMClassifier"))),
            "sklift_two": _sklift(lambda: models.TwoModels(_lightgbm("LGBMClassifier"), _lightgbm("LGBMClassifier"))),
            "sklift_class_transformation": _sklift(lambda: models.ClassTransformation(_lightgbm("LGBMClassifier"))),
        }
    if "causalml" not in absent:
        meta = importlib.import_module("causalml.inference.meta")
        for letter in "STXR":
            found[f"causalml_{letter.lower()}"] = _causalml(getattr(meta, f"Base{letter}Regressor"))
        found["causalml_dr"] = _causalml(meta.BaseDRLearner)
    return found, absent


def _lightgbm(name: str) -> Any:
    return getattr(importlib.import_module("lightgbm"), name)(random_state=1, verbose=-1, n_jobs=2)


def _sklift(make: Callable[[], Any]) -> Peer:
    def scored(trial: Trial, x: Vector) -> Vector:
        return np.asarray(make().fit(trial.x, trial.outcome, trial.treated.astype(int)).predict(x), dtype=np.float64)

    return scored


def _causalml(kind: Any) -> Peer:
    def scored(trial: Trial, x: Vector) -> Vector:
        learner = kind(learner=_lightgbm("LGBMRegressor"))
        known = {} if kind.__name__ in {"BaseSRegressor", "BaseTRegressor"} else {"p": trial.chance}
        learner.fit(X=trial.x, treatment=trial.treated.astype(int), y=trial.outcome, **known)
        effect = learner.predict(x, p=np.full(len(x), trial.chance.mean())) if kind.__name__ == "BaseXRegressor" else learner.predict(x)
        return np.asarray(effect, dtype=np.float64).reshape(len(x), -1)[:, 0]

    return scored
