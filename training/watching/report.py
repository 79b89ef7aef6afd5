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
from training.evaluation.groups import Answered
from training.evaluation.strength import strength
from training.registry import CHAMPION, LEARNED_UNTIL, Registry
from training.talk import RECENT_NUMBERS
from training.train import windows_of
from training.watching.features import FeatureDrift, feature_drift
from training.watching.judged import groups_of, said_of
from training.watching.limits import DriftLimits, complaints_of
from training.watching.predictors import Predictor, predictors
from training.watching.rows import watched
from training.watching.scores import Ranking, ScoreDrift, ranking, score_drift
from training.watching.shadow import InShadow, in_shadow
from training.watching.trend import Period, trend

STRONGEST = 4


@dataclass(frozen=True, slots=True)
class DriftReport:
    """learned, since, answers: proposals the champion learned from, proposals after them, and those of them with a ripe answer.

    level_served, level_now: the rate of yes among about the newest 400 answers where the training ended, which the service keeps to, and today.

    groups: by model, action, kind and channel. trend_learned: the time the champion learned from, which it knows; trend: what came since.
    shadows: challengers that were asked unseen. strength: mean move of the log-odds by feature. complaints: every limit passed, in words.
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
    shadows: list[InShadow]
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
    learned, since = both.learned, both.since
    names = [name for name in scorer.columns.names if name not in {ACTION, *RECENT_NUMBERS}]
    features = feature_drift(learned.rows, since.rows, names, since.customers, _dated(registry, scorer.version))
    moved = strength(scorer, since.rows if len(since) else learned.rows)
    then, now = scorer.predict_as_served(learned.rows, learned.at), scorer.predict_as_served(since.rows, since.at)
    scores = score_drift(then, now)
    said = said_of(since, now)
    groups = groups_of(since, said, scorer.version, playbook)
    return DriftReport(
        at=at,
        champion=scorer.version,
        trained_at=trained_at,
        learned=len(learned),
        since=len(since),
        answers=int(since.answered.sum()),
        level_served=_rate(scorer.recent[-1]),
        level_now=_rate(since.rows[RECENT_NUMBERS[-1]][-1].as_py()) if len(since) else float("nan"),
        features=features,
        strength=moved,
        scores=scores,
        ranking=ranking(since.label, said),
        groups=groups,
        shadows=in_shadow(since, lambda version: _learned_until(registry, version)),
        trend_learned=trend(learned.at, learned.label, scorer.predict(learned.rows)),
        trend=trend(since.at, since.label, said),
        predictors=predictors(both, [name for name in moved if name in set(names)][:STRONGEST]),
        limits=limits,
        complaints=complaints_of(len(since), features, scores, groups, limits),
    )


def _dated(registry: Registry, version: str) -> list[str]:
    """The columns that told the date in the version's training."""
    chosen = registry.document(version, "selection.json")
    return list(json.loads(chosen)["dated_columns"]) if chosen else []


def _rate(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def _trained_at(registry: Registry) -> datetime:
    noted = registry.parameters(CHAMPION).get("at")
    if noted is None:
        raise NoModel(
            "the run of the champion cannot be read, so nobody knows what it learned from; is MLflow away? Else train and promote anew."
        )
    return datetime.fromisoformat(noted)


def _learned_until(registry: Registry, version: str) -> datetime | None:
    noted = registry.parameters(version).get(LEARNED_UNTIL)
    return None if noted is None else datetime.fromisoformat(noted)


def _plain(value: Any) -> Any:
    """For JSON: times as text, what is no number as null."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return None if isinstance(value, float) and not np.isfinite(value) else value
