"""What the last `playcall drift` of a tenant found, for Prometheus: a service that alerts needs no second source."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from features.home import Home
from serving.api.counting import TENANT
from training.watching.last import last_run


def drift_figures(tenant: str, home: Home) -> list[Metric]:
    """Nothing where the watch has never run. Every figure carries the tenant; those of a model its name in the report."""
    run = last_run(home)
    if run is None:
        return []
    features = [one for one in run["features"] if not one["dated"]]
    silent = [one for one in run["features"] if one["silent"] is not None]
    champion = f"version {run['champion']}"
    models = [one for one in run["groups"] if one["by"] == "model"]
    return [
        _one("playcall_drift_looked_at_seconds", "The moment the last run of drift looked from", tenant, _seconds(run["at"])),
        _one("playcall_drift_past_limits", "Limits passed in the last run of drift", tenant, len(run["complaints"])),
        _one("playcall_drift_silent_features", "Features gone silent since the training", tenant, len(silent)),
        _one("playcall_drift_proposals", "Proposals since the champion's training", tenant, run["since"]),
        _of_models("playcall_drift_score_psi", "PSI of the champion's scores against training", tenant, {champion: run["scores"]["psi"]}),
        _of_models(
            "playcall_drift_feature_psi",
            "Largest PSI of a feature that did not tell the date in training",
            tenant,
            {champion: max((one["psi"] for one in features), default=0.0)},
        ),
        _of_models("playcall_model_answers", "Answers since the champion's training", tenant, _figures(models, "answers")),
        _of_models("playcall_model_auc", "AUC of these answers", tenant, _figures(models, "auc")),
        _of_models("playcall_model_calibration_error", "Calibration error of these answers", tenant, _figures(models, "calibration_error")),
    ]


def _figures(models: Iterable[Mapping[str, Any]], name: str) -> dict[str, float]:
    return {one["name"]: one[name] for one in models if one[name] is not None}


def _one(name: str, meaning: str, tenant: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[TENANT])
    family.add_metric([tenant], value)
    return family


def _of_models(name: str, meaning: str, tenant: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[TENANT, "model"])
    for model, value in values.items():
        family.add_metric([tenant, model], value)
    return family


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
