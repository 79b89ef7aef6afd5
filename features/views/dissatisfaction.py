"""Silent dissatisfaction (K5): of a hundred unhappy customers two complain. The score reads the behaviour of the others."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from features.views.view import Dtype, Field, View


@dataclass(frozen=True, slots=True)
class Weight:
    """What one feature adds to the log-odds of being unhappy: weight x (value - centre).

    The value is held in [low, high]; `missing` stands where there is none.
    """

    feature: str
    weight: float
    centre: float
    low: float
    high: float
    missing: float


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic score. `source` says where it is from: 'stated' by hand or 'learned' from the tables.

    since: from when on it may be used, because what it was learned from was known by then; None is always.
    """

    source: str
    intercept: float
    terms: tuple[Weight, ...]
    since: datetime | None = None


STATED = Weights(
    source="stated",
    intercept=-2.2,
    terms=(
        Weight("repeat_contacts_7d", 0.5, 0.0, 0.0, 5.0, 0.0),
        Weight("unresolved_90d", 0.35, 0.0, 0.0, 6.0, 0.0),
        Weight("wait_mean_90d", 0.004, 60.0, 0.0, 600.0, 60.0),
        Weight("transfers_mean_90d", 0.4, 0.3, 0.0, 4.0, 0.3),
        Weight("self_service_abandoned_90d", 0.2, 0.0, 0.0, 6.0, 0.0),
        Weight("complaints_365d", 0.8, 0.0, 0.0, 3.0, 0.0),
        Weight("csat_mean_365d", -0.5, 3.8, 1.0, 5.0, 3.8),
        Weight("sentiment_mean_90d", -0.8, 0.0, -1.0, 1.0, 0.0),
        Weight("spend_trend", -0.4, 0.0, -1.0, 1.0, 0.0),
        Weight("spend_trend_90d", -0.4, 0.0, -1.0, 1.0, 0.0),
    ),
)


def dissatisfaction(*weights: Weights) -> View:
    """The view that scores each moment with the last of these weights (oldest first) that may be used then.

    It reads the features of the views before it as the relation `known`.
    """
    log_odds = _log_odds(weights[0])
    for later in weights[1:]:
        since = "NULL" if later.since is None else f"TIMESTAMP '{later.since.astimezone(UTC).replace(tzinfo=None)}'"
        log_odds = f'CASE WHEN "at" >= {since} THEN {_log_odds(later)} ELSE {log_odds} END'
    return View(
        name="dissatisfaction",
        meaning="Unhappiness read from behaviour and not from complaints (K5): how much it looks like what came before others spent less or left.",
        freshness="within seconds of any event behind it",
        ttl=timedelta(days=30),
        fields=(
            Field(
                "dissatisfaction",
                Dtype.NUMBER,
                "score 0..1",
                "Above a half: mend before selling, and let a good agent do it.",
                at_rest(weights[-1]),
            ),
        ),
        sql=f'SELECT moment, customer_id, "at", 1 / (1 + exp(-({log_odds}))) AS dissatisfaction FROM known',
    )


def _log_odds(weights: Weights) -> str:
    return " + ".join([repr(weights.intercept), *(_term(term) for term in weights.terms)])


def at_rest(weights: Weights) -> float:
    """The score of a customer without history: every feature missing."""
    log_odds = weights.intercept + sum(term.weight * (min(max(term.missing, term.low), term.high) - term.centre) for term in weights.terms)
    return 1 / (1 + math.exp(-log_odds))


def _term(term: Weight) -> str:
    held = f"least(greatest(coalesce({term.feature}, {term.missing!r}), {term.low!r}), {term.high!r})"
    return f"{term.weight!r} * ({held} - {term.centre!r})"
