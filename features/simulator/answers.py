"""How customers answer what is presented, and what becomes of a yes."""

from dataclasses import dataclass

import numpy as np

from features.events.tables import OUTCOMES
from features.simulator.columns import Columns
from features.simulator.dice import Flags, Floats, Ints
from features.simulator.words import ACTIONS, DAY, DECLINE_REASONS

PRESENTED, ACCEPTED, DECLINED, DEFERRED, CONVERTED, CANCELLED, OPTED_OUT = range(len(OUTCOMES))
_VALUE = np.array([action.value for action in ACTIONS])
_DAYS_TO_CONVERT = np.array([2.5 if action.kind in {"sell", "reactivate"} else 0.5 for action in ACTIONS])


@dataclass(frozen=True, slots=True)
class Outcomes(Columns):
    """m outcomes. proposal: row of the proposal. outcome: index into OUTCOMES. at: seconds since 1970. reason: index into DECLINE_REASONS or -1. value: NaN unless converted."""

    proposal: Ints
    outcome: Ints
    at: Ints
    reason: Ints
    value: Floats


@dataclass(frozen=True, slots=True)
class Answers:
    """One answer a presented row: at most one of the flags is set; none is silence."""

    accepted: Flags
    declined: Flags
    deferred: Flags
    opted_out: Flags


def draw_answers(accept: Floats, annoyance: Floats, rng: np.random.Generator) -> Answers:
    """accept: (n,) the true probability of a yes. annoyance: (n,) >= 0, raises the share of those who never want to hear of it again."""
    accepted = rng.random(len(accept)) < accept
    mind = rng.random(len(accept))
    never = np.minimum(0.006 * (1.0 + annoyance), 0.1)
    opted_out = ~accepted & (mind < never)
    declined = ~accepted & (mind >= never) & (mind < 0.60)
    deferred = ~accepted & (mind >= 0.60) & (mind < 0.72)
    return Answers(accepted, declined, deferred, opted_out)


def tell(proposal: Ints, action: Ints, at: Ints, answers: Answers, rng: np.random.Generator) -> Outcomes:
    """The outcomes of n presented proposals, with the time each takes. at: (n,) when they were presented."""
    count = len(proposal)
    parts = [(proposal, PRESENTED, at, None, None)]
    soon = at + rng.integers(5, 60, count)
    later = soon + (rng.exponential(1.2 * DAY, count)).astype(np.int64)
    deferred_first = answers.accepted & (rng.random(count) < 0.08)
    slow = deferred_first | (rng.random(count) < 0.12)
    yes_at = np.where(slow, later + 60, soon)
    converted = answers.accepted & (rng.random(count) < 0.78)
    converted_at = yes_at + 1 + (rng.exponential(1.0, count) * _DAYS_TO_CONVERT[action] * DAY).astype(np.int64)
    cancelled = converted & (rng.random(count) < 0.03)
    cancelled_at = converted_at + 3600 + (rng.exponential(5.0 * DAY, count)).astype(np.int64)
    value = np.round(_VALUE[action] * np.exp(0.25 * rng.standard_normal(count) - 0.03), 2)
    why = rng.choice(len(DECLINE_REASONS), count, p=[0.4, 0.2, 0.2, 0.1, 0.1])
    for flags, word, when, reason, worth in (
        (answers.deferred | deferred_first, DEFERRED, soon, None, None),
        (answers.declined, DECLINED, soon, why, None),
        (answers.opted_out, OPTED_OUT, soon, None, None),
        (answers.accepted, ACCEPTED, yes_at, None, None),
        (converted, CONVERTED, converted_at, None, value),
        (cancelled, CANCELLED, cancelled_at, None, None),
    ):
        rows = np.flatnonzero(flags)
        parts.append((proposal[rows], word, when[rows], None if reason is None else reason[rows], None if worth is None else worth[rows]))
    return Outcomes(
        proposal=np.concatenate([part[0] for part in parts]),
        outcome=np.concatenate([np.full(len(part[0]), part[1]) for part in parts]),
        at=np.concatenate([part[2] for part in parts]),
        reason=np.concatenate([np.full(len(part[0]), -1) if part[3] is None else part[3] for part in parts]),
        value=np.concatenate([np.full(len(part[0]), np.nan) if part[4] is None else part[4] for part in parts]),
    )
