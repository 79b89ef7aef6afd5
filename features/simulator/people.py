"""Who lives in the world: latent drivers of need, habits, tastes and tempers. Drawn once, from the seed alone."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.simulator.dice import Flags, Floats, Ints, running, sigmoid, stream
from features.simulator.needs import need_matrix
from features.simulator.words import ACTION_IDS, CATEGORIES, CHANNELS, DAY, REASONS


@dataclass(frozen=True, slots=True)
class People:
    """n customers. drivers: name -> (n,) about standard normal. need: (n, actions) about standard normal. *_sums: (n, k) running
    probabilities. opened: seconds since 1970. rates are per month. style: (n, 3) liking of each style in log-odds.
    """

    drivers: Mapping[str, Floats]
    need: Floats
    owned: Flags
    category_sums: Floats
    channel_sums: Floats
    reason_sums: Floats
    style: Floats
    purchases: Floats
    ticket: Floats
    contact_rate: Floats
    app_rate: Floats
    wechat_rate: Floats
    payday: Ints
    regularity: Floats
    temper: Floats
    sensitivity: Floats
    trust: Floats
    hour: Floats
    trend: Floats
    quiet_from: Floats
    consent: Flags
    opened: Ints

    @property
    def count(self) -> int:
        return len(self.trust)


def _drivers(count: int, rng: np.random.Generator) -> dict[str, Floats]:
    def mixed(own: float, **parts: float) -> Floats:
        blend: Floats = own * rng.standard_normal(count)
        for name, weight in parts.items():
            blend = blend + weight * drivers[name]
        blend /= np.sqrt(own**2 + sum(weight**2 for weight in parts.values()))
        return blend

    drivers: dict[str, Floats] = {}
    drivers["age"] = mixed(1.0)
    drivers["wealth"] = mixed(1.0, age=0.25)
    drivers["stretch"] = mixed(1.0, wealth=-0.3, age=-0.2)
    drivers["travel"] = mixed(1.0, wealth=0.3)
    drivers["online"] = mixed(1.0, age=-0.4)
    drivers["dining"] = mixed(1.0, age=-0.2)
    drivers["family"] = mixed(1.0)
    drivers["thrift"] = mixed(1.0, wealth=-0.3)
    drivers["app"] = mixed(1.0, age=-0.4, online=0.3)
    drivers["wechat"] = mixed(1.0, age=-0.1)
    drivers["voice"] = mixed(1.0, age=0.4, app=-0.2)
    drivers["untidy"] = mixed(1.0, stretch=0.2)
    drivers["tenure"] = mixed(1.0, age=0.4)
    return drivers


def _categories(drivers: Mapping[str, Floats], rng: np.random.Generator) -> Floats:
    base = dict(zip(CATEGORIES, (0.9, 0.4, -0.9, 0.4, -0.4, -1.0, -1.2, -0.5, 0.0), strict=True))
    pull = {"groceries": "thrift", "dining": "dining", "travel": "travel", "online": "online", "medical": "family", "education": "family"}
    noise = 0.35 * rng.standard_normal((len(drivers["age"]), len(CATEGORIES)))
    scores = noise + np.array([base[category] for category in CATEGORIES])
    for slot, category in enumerate(CATEGORIES):
        if category in pull:
            scores[:, slot] += 0.85 * drivers[pull[category]]
    return running(np.exp(scores)).astype(np.float32)


def _channels(drivers: Mapping[str, Floats], rng: np.random.Generator) -> Floats:
    scores = np.tile(np.log([0.40, 0.06, 0.12, 0.14, 0.12, 0.01, 0.04, 0.02, 0.01, 0.08]), (len(drivers["age"]), 1))
    # Half the people keep to one channel: their taste is sharper, which is what makes them single-channel customers.
    focus = np.where(rng.random(len(scores)) < 0.5, 1.6, 0.7)[:, None]
    for channel, driver in (("voice", "voice"), ("app", "app"), ("wechat", "wechat"), ("web_chat", "online"), ("branch", "age")):
        scores[:, CHANNELS.index(channel)] += drivers[driver]
    return running(np.exp(focus * scores))


NO_REASON = 1e-12
"""Nobody calls to complain by habit; the life loop decides who does."""


def _reasons(drivers: Mapping[str, Floats]) -> Floats:
    base = [0.05, 0.20, 0.08, 0.06, 0.05, 0.06, NO_REASON, 0.09, 0.09, 0.10, 0.03, 0.08, 0.03, 0.10]
    scores = np.tile(np.log(base), (len(drivers["age"]), 1))
    pulls = {"limit": "stretch", "instalment_query": "stretch", "travel_notice": "travel", "points_query": "dining", "repayment": "untidy"}
    for reason, driver in pulls.items():
        scores[:, REASONS.index(reason)] += 0.5 * drivers[driver]
    return running(np.exp(scores))


def _styles(drivers: Mapping[str, Floats], rng: np.random.Generator) -> Floats:
    liking = np.stack(
        [
            0.8 * drivers["age"] + 0.5 * drivers["voice"],
            -0.6 * drivers["age"] + 0.6 * drivers["app"],
            0.8 * drivers["wealth"] - 0.3 * drivers["dining"],
        ],
        axis=1,
    )
    liking += 0.5 * rng.standard_normal(liking.shape)
    centred: Floats = liking - liking.mean(axis=1, keepdims=True)
    return centred


def _owned(drivers: Mapping[str, Floats], rng: np.random.Generator) -> Flags:
    owned = np.zeros((len(drivers["age"]), len(ACTION_IDS)), dtype=np.bool_)
    for action_id, driver, sign in (
        ("app_binding", "app", 1),
        ("wechat_binding", "wechat", 1),
        ("autopay", "untidy", -1),
        ("ebill", "online", 1),
    ):
        owned[:, ACTION_IDS.index(action_id)] = rng.random(len(owned)) < sigmoid(2.5 * sign * drivers[driver] - 0.8)
    return owned


def _opened(drivers: Mapping[str, Floats], start: int, end: int, rng: np.random.Generator) -> Ints:
    years = np.clip(np.exp(1.1 + 0.8 * drivers["tenure"]), 0.05, 25.0)
    opened = start - (years * 365.25 * DAY).astype(np.int64)
    newcomer = rng.random(len(years)) < 0.06
    return np.where(newcomer, start + (rng.random(len(years)) * 0.7 * (end - start)).astype(np.int64), opened) // DAY * DAY


def draw_people(count: int, months: int, start: int, end: int, seed: int) -> People:
    """The people of one world. start and end: seconds since 1970."""
    rng = stream(seed, "people")
    drivers = _drivers(count, rng)
    level = 0.7 * drivers["wealth"] + 0.5 * drivers["stretch"]
    quiet = rng.random(count) < 0.12
    return People(
        drivers=drivers,
        need=need_matrix(drivers, rng),
        owned=_owned(drivers, rng),
        category_sums=_categories(drivers, rng),
        channel_sums=_channels(drivers, rng),
        reason_sums=_reasons(drivers),
        style=_styles(drivers, rng),
        purchases=np.clip(10.0 * np.exp(0.35 * level + 0.35 * rng.standard_normal(count)), 1.0, 60.0),
        ticket=np.exp(4.3 + 0.45 * level - 0.25 * drivers["thrift"]),
        contact_rate=np.clip(np.exp(-0.15 + 0.5 * rng.standard_normal(count)), 0.15, 4.0),
        app_rate=np.exp(0.6 + 1.0 * drivers["app"]),
        wechat_rate=np.exp(0.1 + 1.0 * drivers["wechat"]),
        payday=rng.choice(np.array([5, 10, 15, 25]), count),
        regularity=sigmoid(0.3 - 1.2 * drivers["untidy"] + 0.5 * rng.standard_normal(count)),
        temper=rng.standard_normal(count),
        sensitivity=rng.gamma(4.0, 0.25, count),
        trust=sigmoid(0.6 + 0.7 * rng.standard_normal(count)),
        hour=np.clip(6.0 + 2.5 * rng.standard_normal(count), 0.5, 14.0),
        trend=0.015 * rng.standard_normal(count),
        quiet_from=np.where(quiet, rng.uniform(-months, months, count), np.inf),
        consent=rng.random(count) < 0.88,
        opened=_opened(drivers, start, end, rng),
    )
