"""Silent dissatisfaction (K5): of a hundred unhappy customers two complain. The score reads the behaviour of the others."""

import math
from dataclasses import dataclass
from datetime import timedelta

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
    """A logistic score. `source` says where it is from: 'stated' by hand or 'learned' from the tables."""

    source: str
    intercept: float
    terms: tuple[Weight, ...]


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


def dissatisfaction(weights: Weights) -> View:
    """The view that scores with these weights; it reads the features of the views before it as the relation `known`."""
    log_odds = " + ".join([repr(weights.intercept), *(_term(term) for term in weights.terms)])
    return View(
        name="dissatisfaction",
        meaning="Unhappiness read from behaviour and not from complaints (K5): repeats, waits, transfers, falling spend.",
        freshness="within seconds of any event behind it",
        ttl=timedelta(days=30),
        fields=(
            Field(
                "dissatisfaction",
                Dtype.NUMBER,
                "score 0..1",
                "Above a half: mend before selling, and let a good agent do it.",
                at_rest(weights),
            ),
        ),
        sql=f'SELECT moment, customer_id, "at", 1 / (1 + exp(-({log_odds}))) AS dissatisfaction FROM known',
    )


def at_rest(weights: Weights) -> float:
    """The score of a customer without history: every feature missing."""
    log_odds = weights.intercept + sum(term.weight * (min(max(term.missing, term.low), term.high) - term.centre) for term in weights.terms)
    return 1 / (1 + math.exp(-log_odds))


def _term(term: Weight) -> str:
    held = f"least(greatest(coalesce({term.feature}, {term.missing!r}), {term.low!r}), {term.high!r})"
    return f"{term.weight!r} * ({held} - {term.centre!r})"
