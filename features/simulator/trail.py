"""The channel trail: logins, views, messages and self-service on app, WeChat and web, between the talks."""

from dataclasses import dataclass

import numpy as np

from features.events.tables import CHANNEL_EVENTS
from features.simulator.columns import Columns, stack
from features.simulator.dice import Floats, Ints, pick_rows, running, sigmoid
from features.simulator.life import Life
from features.simulator.people import People
from features.simulator.words import ACTION_IDS, CHANNELS, DAY

TOPICS = ("bill", "limit", "instalment", "travel", "points", "card", "help", "deposit")
_APP, _WECHAT, _WEB = CHANNELS.index("app"), CHANNELS.index("wechat"), CHANNELS.index("web_chat")
_LOGIN, _VIEW, _MESSAGE, _DONE, _ABANDONED = range(len(CHANNEL_EVENTS))


@dataclass(frozen=True, slots=True)
class Steps(Columns):
    """who: customer. at: seconds since 1970. channel, event, topic: indices; topic -1 is none."""

    who: Ints
    at: Ints
    channel: Ints
    event: Ints
    topic: Ints


def leave_trail(people: People, life: Life, rng: np.random.Generator) -> Steps:
    """All steps of the world in time order."""
    edges = life.society.edges
    walker = _Walker(people, _topics(people), rng)
    parts = []
    for month in range(len(edges) - 1):
        awake = 0.15 + 0.85 * life.society.activity[:, month]
        for channel, rate in ((_APP, people.app_rate), (_WECHAT, people.wechat_rate), (_WEB, 0.4 * np.exp(people.drivers["online"]))):
            usual = np.minimum(rate, 25.0) * awake * _bound(life, channel, int(edges[month]))
            parts.append(walker.walk(rng.poisson(usual), channel, int(edges[month]), int(edges[month + 1])))
    steps = stack(parts)
    steps = steps.take((steps.at >= people.opened[steps.who]) & (steps.at < edges[-1]))
    return steps.take(np.argsort(steps.at, kind="stable"))


def _bound(life: Life, channel: int, at: int) -> Floats:
    """Who has bound the app or WeChat uses it far more."""
    binding = {_APP: "app_binding", _WECHAT: "wechat_binding"}.get(channel)
    if binding is None:
        return np.ones(len(life.society.trust))
    return np.where(life.society.owned_from[:, ACTION_IDS.index(binding)] <= at, 1.6, 0.35)


def _topics(people: People) -> Floats:
    """(n, topics) running probabilities: people look at what they need."""
    scores = np.zeros((people.count, len(TOPICS)))
    for topic, driver in (
        ("limit", "stretch"),
        ("instalment", "stretch"),
        ("travel", "travel"),
        ("points", "dining"),
        ("deposit", "wealth"),
    ):
        scores[:, TOPICS.index(topic)] += 0.6 * people.drivers[driver] - 0.7
    return running(np.exp(scores))


@dataclass(frozen=True, slots=True)
class _Walker:
    """topics: (n, topics) running probabilities."""

    people: People
    topics: Floats
    rng: np.random.Generator

    def walk(self, times: Ints, channel: int, start: int, end: int) -> Steps:
        """times: (n,) steps of each customer on this channel between start and end, seconds since 1970."""
        who = np.repeat(np.arange(self.people.count), times)
        count, days = len(who), max((end - start) // DAY, 1)
        hour = np.clip(self.people.hour[who] + 3.5 * self.rng.standard_normal(count), 0.0, 23.9)
        abandons = sigmoid(-1.2 - 0.5 * self.people.drivers["app"] + 0.5 * self.people.drivers["age"])
        self_service = np.where(self.rng.random(count) < abandons[who], _ABANDONED, _DONE)
        mind = self.rng.random(count)
        event = np.where(mind < 0.45, _LOGIN, np.where(mind < 0.75, _VIEW, np.where(mind < 0.85, _MESSAGE, self_service)))
        return Steps(
            who=who,
            at=start + self.rng.integers(0, days, count) * DAY + (hour * 3600).astype(np.int64),
            channel=np.full(count, channel),
            event=event,
            topic=np.where(event == _LOGIN, -1, pick_rows(self.topics[who], self.rng)),
        )
