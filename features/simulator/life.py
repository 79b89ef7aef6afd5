"""The life of the world: talk after talk, each customer at their own pace, all customers side by side."""

from dataclasses import dataclass

import numpy as np

from features.simulator.answers import Outcomes
from features.simulator.columns import stack
from features.simulator.dice import Flags, Floats, Ints
from features.simulator.people import People
from features.simulator.pitch import Accept, Pitched, Pitcher, Proposals
from features.simulator.scenes import UNHAPPY, Scenes, draw_scenes
from features.simulator.standing import Society
from features.simulator.words import DAY

CONTROL_SHARE = 0.1
"""Share of customer-months without any proposal, so that what proposals cause can be measured."""
RETURN_SHARE = 0.6
"""Share of those with an open matter who come back for it."""
BREAK = 1800
"""Seconds between two talks of one customer, at least."""


@dataclass(frozen=True, slots=True)
class Life:
    """talks in the order lived; trust_before, trust_after: (talks,) of their customers; control: (customers, months)."""

    talks: Scenes
    trust_before: Floats
    trust_after: Floats
    proposals: Proposals
    outcomes: Outcomes
    control: Flags
    society: Society


@dataclass(frozen=True, slots=True)
class _Round:
    scenes: Scenes
    trust_before: Floats
    trust_after: Floats
    pitched: Pitched


@dataclass(slots=True)
class _Agenda:
    """When each customer was last on the line, and with which open matter (-1: none) or anger they will return."""

    clock: Ints
    again: Ints
    angry: Flags

    def returning(self, who: Ints) -> Flags:
        comes: Flags = (self.again[who] >= 0) | self.angry[who]
        return comes

    def next_talks(self, people: People, society: Society, who: Ints, rng: np.random.Generator) -> Ints:
        """(n,) start of the next talk of each of `who`, seconds since 1970, in the hours the person is up."""
        awake = society.activity_at(who, self.clock[who])
        usual = 30.4 / (people.contact_rate[who] * (0.35 + 0.65 * awake))
        gap = rng.exponential(np.where(self.returning(who), 2.0, usual)) * DAY
        day = (self.clock[who] + gap).astype(np.int64) // DAY
        hour = np.clip(people.hour[who] + 2.0 * rng.standard_normal(len(who)), 0.0, 15.0)
        start: Ints = np.maximum(day * DAY + (hour * 3600).astype(np.int64), self.clock[who] + BREAK)
        return start

    def close(self, scenes: Scenes, rng: np.random.Generator) -> None:
        who = scenes.who
        self.clock[who] = scenes.at + scenes.seconds
        returns = ~scenes.resolved & (rng.random(len(who)) < RETURN_SHARE)
        self.again[who] = np.where(returns, scenes.reason, -1)
        self.angry[who] = (scenes.mood < UNHAPPY) & ~scenes.complaint & (rng.random(len(who)) < 0.01)


def live(people: People, edges: Ints, accept: Accept, rng: np.random.Generator) -> Life:
    """Live from edges[0] to edges[-1]. Round k holds the k-th talk of every customer who has one, so nothing loops over single events."""
    society = Society.at_start(people, edges)
    control = rng.random((people.count, len(edges) - 1)) < CONTROL_SHARE
    agenda = _Agenda(np.maximum(people.opened, edges[0]), np.full(people.count, -1), np.zeros(people.count, dtype=np.bool_))
    pitcher = Pitcher(people, society, accept, rng)
    rounds: list[_Round] = []
    who = np.arange(people.count)
    while True:
        at = agenda.next_talks(people, society, who, rng)
        who, at = who[at < edges[-1]], at[at < edges[-1]]
        if rounds and not len(who):
            return _join(rounds, control, society)
        scenes = _talk(people, society, agenda, who, at, rng=rng)
        before = society.trust[who]
        pitched = pitcher.pitch(scenes, control[who, np.searchsorted(edges, at, side="right") - 1])
        society.feel(scenes, pitched.won_back, rng)
        agenda.close(scenes, rng)
        rounds.append(_Round(scenes, before, society.trust[who], pitched))


def _talk(people: People, society: Society, agenda: _Agenda, who: Ints, at: Ints, *, rng: np.random.Generator) -> Scenes:
    quiet = society.activity_at(who, at) < 0.3
    inbound = agenda.returning(who) | (rng.random(len(who)) < np.where(quiet, 0.5, 0.88))
    return draw_scenes(people, who, at, rng, trust=society.trust[who], inbound=inbound, again=agenda.again[who], angry=agenda.angry[who])


def _join(rounds: list[_Round], control: Flags, society: Society) -> Life:
    """One life of all rounds; row numbers move to where each round begins."""
    talks = np.cumsum([0] + [len(part.scenes) for part in rounds])
    proposals = np.cumsum([0] + [len(part.pitched.proposals) for part in rounds])
    return Life(
        talks=stack([part.scenes for part in rounds]),
        trust_before=np.concatenate([part.trust_before for part in rounds]),
        trust_after=np.concatenate([part.trust_after for part in rounds]),
        proposals=stack([part.pitched.proposals.shift(talk=int(talks[k])) for k, part in enumerate(rounds)]),
        outcomes=stack([part.pitched.outcomes.shift(proposal=int(proposals[k])) for k, part in enumerate(rounds)]),
        control=control,
        society=society,
    )
