"""The watch over the champion, a line per question; knows numbers only, no pictures."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from features.events.lake import Lake
from features.home import Home
from playbooks.schema.playbook import Playbook
from training.columns import ACTION
from training.errors import NoModel
from training.evaluation.groups import Answered, Vector, answered
from training.evaluation.strength import strength
from training.registry import CHAMPION, Registry
from training.saved import SavedScorer
from training.talk import RECENT_NUMBERS
from training.train import windows_of
from training.watching.features import FeatureDrift, feature_drift
from training.watching.limits import DriftLimits, of_features, of_models, of_scores
from training.watching.predictors import Predictor, predictors
from training.watching.rows import Proposals, watched
from training.watching.scores import Ranking, ScoreDrift, ranking, score_drift
from training.watching.trend import Period, trend

STRONGEST = 4


@dataclass(frozen=True, slots=True)
class DriftReport:
    """learned, since, answers: proposals the champion learned from, proposals after them, and those of them with a ripe answer.

    level_served, level_now: the rate of yes among about the newest 400 answers where the training ended, which the service keeps to, and today.

    groups: by model, action, kind and channel. trend_learned: the time the champion learned from, which it knows; trend: what came since.
    strength: mean move of the log-odds by feature. complaints: every limit passed, in words.
    """

    at: datetime
    champion: str
    trained_at: datetime
    learned: int
    since: int
    answers: int
    level_served: float
    level_now: float
    features: list[FeatureDrift]
    strength: dict[str, float]
    scores: ScoreDrift
    ranking: Ranking
    groups: list[Answered]
    trend_learned: list[Period]
    trend: list[Period]
    predictors: list[Predictor]
    limits: DriftLimits
    complaints: list[str]

    def of(self, by: str) -> list[Answered]:
        return [group for group in self.groups if group.by == by]

    def to_json(self) -> dict[str, Any]:
        return dict(_plain(asdict(self)))


def drift(
    home: Home, playbook: Playbook, at: datetime, limits: DriftLimits, last: timedelta | None = None, tracking_uri: str | None = None
) -> DriftReport:
    """Hold what was proposed since the champion's training rows against them. Raises NoModel without a champion or its run."""
    registry = Registry(home, tracking_uri)
    scorer, trained_at = registry.load(CHAMPION), _trained_at(registry)
    both = watched(Lake(home), windows_of(playbook), trained_at, at, last)
    chosen = registry.document(scorer.version, "selection.json")
    dated = json.loads(chosen)["dated_columns"] if chosen else []
    names = [name for name in scorer.columns.names if name not in {ACTION, *RECENT_NUMBERS}]
    drifts = feature_drift(both.learned.rows, both.since.rows, names, both.since.customers, dated)
    strongest = strength(scorer, both.since.rows if len(both.since) else both.learned.rows)
    before, now = (scorer.predict_as_served(part.rows) for part in (both.learned, both.since))
    scores = score_drift(before, now)
    said = _said(both.since, now)
    groups = _groups(both.since, said, scorer, playbook)
    complaints = [] if len(both.since) else [f"nothing was proposed {'since the training' if last is None else 'in this time'}"]
    complaints += of_features(drifts, len(both.since), limits) + of_scores(scores.psi, len(both.since), limits)
    complaints += of_models([group for group in groups if group.by == "model"], limits)
    return DriftReport(
        at,
        scorer.version,
        trained_at,
        len(both.learned),
        len(both.since),
        int(both.since.answered.sum()),
        _rate(scorer.recent[-1]),
        _rate(both.since.rows[RECENT_NUMBERS[-1]][-1].as_py()) if len(both.since) else float("nan"),
        drifts,
        strongest,
        scores,
        ranking(both.since.label, said),
        groups,
        trend(both.learned.at, both.learned.label, scorer.predict(both.learned.rows)),
        trend(both.since.at, both.since.label, said),
        predictors(both, [name for name in strongest if name in set(names)][:STRONGEST]),
        limits,
        complaints,
    )


def _rate(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def _trained_at(registry: Registry) -> datetime:
    noted = registry.parameters(CHAMPION).get("at")
    if noted is None:
        raise NoModel(
            "the run of the champion cannot be read, so nobody knows what it learned from; is MLflow away? Else train and promote anew."
        )
    return datetime.fromisoformat(noted)


def _said(since: Proposals, now: Vector) -> Vector:
    """What was served where it is known, else what the champion says of it now."""
    return np.where(np.isfinite(since.propensity), since.propensity, now)


def _groups(since: Proposals, said: Vector, scorer: SavedScorer, playbook: Playbook) -> list[Answered]:
    actions = [str(action) for action in since.rows[ACTION].to_pylist()]
    kinds = [playbook.actions[action].kind.value if action in playbook.actions else None for action in actions]
    by = {"model": _models(since, scorer.version), "action": actions, "kind": kinds, "channel": since.rows["channel"].to_pylist()}
    return [group for title, names in by.items() for group in answered(title, names, since.label, said)]


def _models(since: Proposals, champion: str) -> list[str | None]:
    logged = np.isfinite(since.propensity)
    return [
        f"version {champion}, asked later" if not known else f"version {model}" if model else "starting propensities"
        for known, model in zip(logged, since.model, strict=True)
    ]


def _plain(value: Any) -> Any:
    """For JSON: times as text, what is no number as null."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return None if isinstance(value, float) and not np.isfinite(value) else value
