"""When is it too much? The limits of the watch, and what passes them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from training.evaluation.groups import Answered
from training.watching.features import FeatureDrift
from training.watching.scores import ScoreDrift

LEAST_TO_JUDGE = 200
"""Proposals for a PSI, answers for a model's figures: with fewer, chance alone passes the limits."""


@dataclass(frozen=True, slots=True)
class DriftLimits:
    """psi: of a feature that did not tell the date in training. score_psi: of the champion's scores. calibration_error, auc: of a model's answers."""

    psi: float = 0.25
    score_psi: float = 0.25
    calibration_error: float = 0.1
    auc: float = 0.55


def complaints_of(
    proposals: int, features: Sequence[FeatureDrift], scores: ScoreDrift, groups: Sequence[Answered], limits: DriftLimits
) -> list[str]:
    """Every limit passed, in words; the silent features first, then the loudest. proposals: made since the training, in the time looked at."""
    if not proposals:
        return ["nothing was proposed in this time"]
    models = [group for group in groups if group.by == "model"]
    return [*of_features(features, proposals, limits), *of_scores(scores.psi, proposals, limits), *of_models(models, limits)]


def of_features(drifts: Sequence[FeatureDrift], proposals: int, limits: DriftLimits) -> list[str]:
    said = [f"{one.feature}: gone silent, always {one.silent}" for one in drifts if one.silent is not None]
    if proposals < LEAST_TO_JUDGE:
        return said
    loud = [one for one in drifts if one.psi > limits.psi and not one.dated and one.silent is None]
    return said + [f"{one.feature}: PSI {one.psi:.2f} > {limits.psi:g}" for one in loud]


def of_scores(psi: float, proposals: int, limits: DriftLimits) -> list[str]:
    return [f"scores: PSI {psi:.2f} > {limits.score_psi:g}"] if proposals >= LEAST_TO_JUDGE and psi > limits.score_psi else []


def of_models(models: Sequence[Answered], limits: DriftLimits) -> list[str]:
    said: list[str] = []
    for one in models:
        if one.answers < LEAST_TO_JUDGE:
            continue
        if one.calibration_error > limits.calibration_error:
            said.append(f"{one.name}: calibration error {one.calibration_error:.3f} > {limits.calibration_error:g}")
        if one.auc < limits.auc:
            said.append(f"{one.name}: AUC {one.auc:.3f} < {limits.auc:g}")
    return said
