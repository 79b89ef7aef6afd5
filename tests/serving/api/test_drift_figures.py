"""What the last `playcall drift` found is in /metrics, for the tenant whose home it is."""

from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from training.evaluation.groups import Answered
from training.watching.features import FeatureDrift
from training.watching.last import keep
from training.watching.limits import DriftLimits
from training.watching.report import DriftReport
from training.watching.scores import Ranking, ScoreDrift

AT = datetime(2026, 3, 9, tzinfo=UTC)
FEATURES = [
    FeatureDrift(f"f{place}", psi, 0.0, 0.0, silent, dated)
    for place, (psi, silent, dated) in enumerate([(9, None, True), (0.4, "0", False)])
]
GROUPS = [
    Answered(by, name, 300, 0.2, 0.25, auc, 0.5, 0.05)
    for by, name, auc in (("model", "version 3", 0.7), ("model", "starting propensities", float("nan")), ("kind", "sell", 0.6))
]


def report() -> DriftReport:
    scores, ranking = ScoreDrift(0.125, (0.0, 1.0), (1.0,), (1.0,)), Ranking((), ())
    return DriftReport(
        AT, "3", AT, 900, 400, 300, 0.2, 0.3, FEATURES, {}, scores, ranking, GROUPS, [], [], [], [], DriftLimits(), ["one", "two"]
    )


@pytest.fixture
def figures(desk):
    def read(**headers: str) -> dict[tuple[str, str | None], float]:
        told = desk.client.get("/metrics", headers=headers).text
        samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
        ours = [one for one in samples if one.name.startswith(("playcall_drift", "playcall_model"))]
        assert {one.labels["tenant"] for one in ours} <= {"default"}
        return {(one.name, one.labels.get("model")): one.value for one in ours}

    return read


def test_the_last_run_is_told_to_its_tenant_and_to_nobody_without_a_key(desk, figures):
    keep(desk.service.settings.home, report().to_json())
    told = figures(Authorization=f"Bearer {desk.keys['admin']}")
    assert told == {
        ("playcall_drift_looked_at_seconds", None): AT.timestamp(),
        ("playcall_drift_past_limits", None): 2,
        ("playcall_drift_silent_features", None): 1,
        ("playcall_drift_proposals", None): 400,
        ("playcall_drift_score_psi", "version 3"): 0.125,
        ("playcall_drift_feature_psi", "version 3"): 0.4,
        ("playcall_model_answers", "version 3"): 300,
        ("playcall_model_answers", "starting propensities"): 300,
        ("playcall_model_auc", "version 3"): 0.7,
        ("playcall_model_calibration_error", "version 3"): 0.05,
        ("playcall_model_calibration_error", "starting propensities"): 0.05,
    }
    assert figures() == {}


def test_without_a_run_or_with_a_broken_one_the_other_metrics_stand(desk, figures):
    bearer = {"Authorization": f"Bearer {desk.keys['admin']}"}
    assert figures(**bearer) == {}
    home = desk.service.settings.home
    home.reports.mkdir(parents=True, exist_ok=True)
    (home.reports / "drift.json").write_text("{", encoding="utf-8")
    assert figures(**bearer) == {}
    assert "playcall_requests_total" in desk.client.get("/metrics", headers=bearer).text
