"""How customers answer what is presented, and what becomes of a yes."""

from dataclasses import dataclass

import numpy as np

from features.events.tables import OUTCOMES
from features.simulator.columns import Columns, stack
from features.simulator.dice import Flags, Floats, Ints
from features.simulator.words import ACTIONS, DAY, DECLINE_REASONS

PRESENTED, ACCEPTED, DECLINED, DEFERRED, CONVERTED, CANCELLED, OPTED_OUT = range(len(OUTCOMES))
_VALUE = np.array([action.value for action in ACTIONS])
_DAYS_TO_CONVERT = np.array([2.5 if action.kind in {"sell", "reactivate"} else 0.5 for action in ACTIONS])


@dataclass(frozen=True, slots=True)
class Outcomes(Columns):
    """m outcomes. proposal: row of the proposal. outcome: index into OUTCOMES. at: seconds since 1970.
    reason: index into DECLINE_REASONS or -1. value: currency, NaN unless converted.
    """

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
    soon = at + rng.integers(5, 60, count)
    later = soon + 60 + (rng.exponential(1.2 * DAY, count)).astype(np.int64)
    first_later = answers.accepted & (rng.random(count) < 0.08)
    yes_at = np.where(first_later | (rng.random(count) < 0.12), later, soon)
    why = rng.choice(len(DECLINE_REASONS), count, p=[0.4, 0.2, 0.2, 0.1, 0.1])
    everybody = np.ones(count, dtype=np.bool_)
    return stack(
        [
            _outcomes(everybody, PRESENTED, proposal, at),
            _outcomes(answers.deferred | first_later, DEFERRED, proposal, soon),
            _outcomes(answers.declined, DECLINED, proposal, soon, reason=why),
            _outcomes(answers.opted_out, OPTED_OUT, proposal, soon),
            _outcomes(answers.accepted, ACCEPTED, proposal, yes_at),
            *_after_the_yes(proposal, action, yes_at, answers.accepted, rng),
        ]
    )


def _after_the_yes(proposal: Ints, action: Ints, yes_at: Ints, accepted: Flags, rng: np.random.Generator) -> list[Outcomes]:
    """Most who said yes go through with it, days later; a few of them think again."""
    count = len(proposal)
    converted = accepted & (rng.random(count) < 0.78)
    converted_at = yes_at + 1 + (rng.exponential(1.0, count) * _DAYS_TO_CONVERT[action] * DAY).astype(np.int64)
    cancelled = converted & (rng.random(count) < 0.03)
    cancelled_at = converted_at + 3600 + (rng.exponential(5.0 * DAY, count)).astype(np.int64)
    value = np.round(_VALUE[action] * np.exp(0.25 * rng.standard_normal(count) - 0.03), 2)
    return [
        _outcomes(converted, CONVERTED, proposal, converted_at, value=value),
        _outcomes(cancelled, CANCELLED, proposal, cancelled_at),
    ]


def _outcomes(where: Flags, word: int, proposal: Ints, at: Ints, *, reason: Ints | None = None, value: Floats | None = None) -> Outcomes:
    rows = np.flatnonzero(where)
    return Outcomes(
        proposal=proposal[rows],
        outcome=np.full(len(rows), word),
        at=at[rows],
        reason=np.full(len(rows), -1) if reason is None else reason[rows],
        value=np.full(len(rows), np.nan) if value is None else value[rows],
    )
