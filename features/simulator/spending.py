"""What people buy, how they pay it back, and what late payment costs them."""

from dataclasses import dataclass

import numpy as np

from features.simulator.answers import ACCEPTED
from features.simulator.columns import Columns, stack
from features.simulator.dice import Floats, Ints, pick_rows, sigmoid
from features.simulator.life import Life
from features.simulator.months import day_of_month
from features.simulator.people import People
from features.simulator.words import ACTION_IDS, CATEGORIES, DAY

BOOKED = (*CATEGORIES, "instalment", "fee", "repayment")
PAYING_CHANNELS = ("pos", "online", "app")
_SIZE = np.log([0.8, 0.9, 6.0, 1.3, 2.2, 3.0, 4.0, 1.2, 1.1])
_SEASON = np.array([1.05, 1.15, 0.95, 0.95, 1.0, 1.05, 1.0, 1.0, 1.05, 1.1, 1.15, 1.1])
_INSTALMENT, _FEE, _REPAYMENT = (BOOKED.index(word) for word in ("instalment", "fee", "repayment"))


@dataclass(frozen=True, slots=True)
class Bookings(Columns):
    """who: customer. at: seconds since 1970. amount: currency. category: index into BOOKED. channel: index into PAYING_CHANNELS."""

    who: Ints
    at: Ints
    amount: Floats
    category: Ints
    channel: Ints


def spend(people: People, life: Life, rng: np.random.Generator) -> Bookings:
    """Everything booked on the cards of the world, in time order."""
    edges = life.society.edges
    instalments = _instalment_months(people, life)
    parts: list[Bookings] = []
    for month in range(len(edges) - 1):
        bought = _purchases(people, life, month, rng)
        total = np.bincount(bought.who, bought.amount, people.count).astype(np.float64)
        parts += [bought, *_paid_back(people, total, int(edges[month]), instalments[:, month], rng)]
    booked = stack(parts)
    booked = booked.take((booked.at >= people.opened[booked.who]) & (booked.at < edges[-1]))
    return booked.take(np.argsort(booked.at, kind="stable"))


def _purchases(people: People, life: Life, month: int, rng: np.random.Generator) -> Bookings:
    start, end = int(life.society.edges[month]), int(life.society.edges[month + 1])
    calendar_month = int(np.datetime64(start, "s").astype("datetime64[M]").astype(np.int64) % 12)
    usual: Floats = people.purchases * np.exp(people.trend * month) * _SEASON[calendar_month]
    who = np.repeat(np.arange(people.count), rng.poisson(usual * life.society.activity[:, month]))
    category = pick_rows(people.category_sums[who], rng)
    days, first = (end - start) / DAY, int(day_of_month(np.array([start]))[0])
    # Payday people shop in the days after their payday; the rest whenever.
    after_payday = rng.random(len(who)) < 0.75 * people.regularity[who]
    rhythm = (people.payday[who] - first + rng.exponential(3.5, len(who))) % days
    day = np.where(after_payday, rhythm, rng.random(len(who)) * days).astype(np.int64)
    second = ((7.0 + 5.0 * rng.beta(1.6, 1.6, len(who)) * 2.0) * 3600).astype(np.int64) % DAY
    size = _SIZE[category] + 0.6 * rng.standard_normal(len(who), dtype=np.float32)
    online = (category == CATEGORIES.index("online")) | (rng.random(len(who), dtype=np.float32) < 0.15)
    return Bookings(
        who=who,
        at=start + day * DAY + second,
        amount=np.round(people.ticket[who] * np.exp(size), 2),
        category=category,
        channel=np.where(online, np.where(people.drivers["app"][who] > 0.3, 2, 1), 0),
    )


def _paid_back(people: People, total: Floats, start: int, instalment: Floats, rng: np.random.Generator) -> list[Bookings]:
    """The month's instalment (share of the spending), the repayment of the whole, and a fee where it came late."""
    late = rng.random(people.count) < sigmoid(-2.2 + 1.1 * people.drivers["untidy"])
    due = start + 20 * DAY + rng.integers(0, DAY, people.count)
    paid = due + np.where(late, rng.integers(1, 7, people.count), -rng.integers(0, 6, people.count)) * DAY
    share = np.clip(0.9 - 0.15 * people.drivers["stretch"], 0.1, 1.0)
    return [
        _booked(np.flatnonzero(instalment * total > 1.0), due, instalment * total, _INSTALMENT),
        _booked(np.flatnonzero(total > 0), paid, share * total, _REPAYMENT),
        _booked(np.flatnonzero(late & (total > 0)), due + 2 * DAY, np.maximum(10.0, 0.02 * total), _FEE),
    ]


def _booked(who: Ints, at: Ints, amount: Floats, category: int) -> Bookings:
    here = np.full(len(who), category)
    return Bookings(who, at[who], np.round(amount[who], 2), here, np.full(len(who), 2))


def _instalment_months(people: People, life: Life) -> Floats:
    """(n, months) share of the spending that is paid in instalments: by habit of the stretched, and for six months after a yes."""
    months = len(life.society.edges) - 1
    habit = np.clip(0.12 * (people.drivers["stretch"] - 0.3), 0.0, 0.5)
    share = np.repeat(habit[:, None], months, axis=1)
    yes = life.outcomes.take(life.outcomes.outcome == ACCEPTED)
    yes = yes.take(life.proposals.action[yes.proposal] == ACTION_IDS.index("bill_instalment"))
    who = life.talks.who[life.proposals.talk[yes.proposal]]
    age = np.arange(months) - (np.searchsorted(life.society.edges, yes.at, side="right") - 1)[:, None]
    np.maximum.at(share, who, np.where((age > 0) & (age <= 6), 0.3, 0.0))
    return share
