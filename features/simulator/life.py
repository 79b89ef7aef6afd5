"""The life of the world: talk after talk, each customer at their own pace, all customers side by side."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from features.simulator.acceptance import Standing
from features.simulator.answers import Outcomes, draw_answers, tell
from features.simulator.columns import Columns, stack
from features.simulator.dice import Flags, Floats, Ints
from features.simulator.logged_policy import RANKS, Ranking, eligible, rank
from features.simulator.people import People
from features.simulator.scenes import UNHAPPY, Scenes, draw_scenes
from features.simulator.standing import Society
from features.simulator.words import DAY, STYLES

CONTROL_SHARE = 0.1
"""Share of customer-months without any proposal, so that what proposals cause can be measured."""
RETURN_SHARE = 0.6
"""Share of those with an open matter who come back for it."""
BREAK = 1800
"""Seconds between two talks of one customer, at least."""
Accept = Callable[[People, Scenes, Ints, Ints, Standing], Floats]
"""The true probability of a yes, (n,)."""


@dataclass(frozen=True, slots=True)
class Proposals(Columns):
    """talk: row of the talk. action, style: index into the words. shown: it was presented. accept: the truth, never written down."""

    talk: Ints
    action: Ints
    style: Ints
    rank: Ints
    at: Ints
    probability: Floats
    shown: Flags
    accept: Floats


@dataclass(frozen=True, slots=True)
class Life:
    """talks in the order lived; trust_before, trust_after: (talks,) of their customers; returned: society at the world's end."""

    talks: Scenes
    trust_before: Floats
    trust_after: Floats
    proposals: Proposals
    outcomes: Outcomes
    society: Society


@dataclass(slots=True)
class _Agenda:
    """When each customer was last on the line, and with which open matter or anger they will return."""

    clock: Ints
    again: Ints
    angry: Flags

    def next_talks(self, people: People, society: Society, who: Ints, rng: np.random.Generator) -> Ints:
        """(n,) start of the next talk of each of `who`, seconds since 1970, in the hours the person is up."""
        returning = (self.again[who] >= 0) | self.angry[who]
        awake = society.activity_at(who, self.clock[who])
        usual = 30.4 / (people.contact_rate[who] * (0.35 + 0.65 * awake))
        gap = rng.exponential(np.where(returning, 2.0, usual)) * DAY
        day = (self.clock[who] + gap).astype(np.int64) // DAY
        hour = np.clip(people.hour[who] + 2.0 * rng.standard_normal(len(who)), 0.0, 15.0)
        return np.maximum(day * DAY + (hour * 3600).astype(np.int64), self.clock[who] + BREAK)

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
    rounds: list[tuple[Scenes, Floats, Floats, Proposals, Outcomes]] = []
    who, talks, proposals = np.arange(people.count), 0, 0
    while True:
        at = agenda.next_talks(people, society, who, rng)
        who, at = who[at < edges[-1]], at[at < edges[-1]]
        if not len(who):
            break
        scenes = _talk(people, society, agenda, who, at, rng)
        before = society.trust[who]
        month = np.searchsorted(edges, at, side="right") - 1
        round_proposals, outcomes, won_back = _propose(people, society, scenes, control[who, month], accept, rng)
        society.feel(scenes, won_back, rng)
        agenda.close(scenes, rng)
        rounds.append((scenes, before, society.trust[who], round_proposals.shift(talk=talks), outcomes.shift(proposal=proposals)))
        talks, proposals = talks + len(scenes), proposals + len(round_proposals)
    return _join(rounds, society)


def _talk(people: People, society: Society, agenda: _Agenda, who: Ints, at: Ints, rng: np.random.Generator) -> Scenes:
    returning = (agenda.again[who] >= 0) | agenda.angry[who]
    quiet = society.activity_at(who, at) < 0.3
    inbound = returning | (rng.random(len(who)) < np.where(quiet, 0.5, 0.88))
    return draw_scenes(people, who, at, society.trust[who], inbound, agenda.again[who], agenda.angry[who], rng)


def _propose(
    people: People, society: Society, scenes: Scenes, control: Flags, accept: Accept, rng: np.random.Generator
) -> tuple[Proposals, Outcomes, Flags]:
    """Rank, present the first, sometimes the second after the first found no yes, and hear the answers."""
    ranking = rank(eligible(scenes, society.may_market[scenes.who]) & ~control[:, None], rng)
    style = rng.integers(0, len(STYLES), (len(scenes), RANKS))
    at = scenes.at + (scenes.seconds * rng.uniform(0.6, 0.85, len(scenes))).astype(np.int64)
    rows_of = [np.flatnonzero(ranking.action[:, place] >= 0) for place in range(RANKS)]
    first = np.concatenate([[0], np.cumsum([len(rows) for rows in rows_of])])
    open_ears, won_back = np.ones(len(scenes), dtype=np.bool_), np.zeros(len(scenes), dtype=np.bool_)
    parts: list[Proposals] = []
    told: list[Outcomes] = []
    for place, rows in enumerate(rows_of):
        listening = (place == 0) | ((place == 1) & open_ears[rows] & (rng.random(len(rows)) < 0.35))
        part = _offer(people, society, scenes.take(rows), rows, ranking, place, style[rows, place], at[rows], listening, accept)
        parts.append(part)
        shown = np.flatnonzero(part.shown)
        who, action, when = scenes.who[rows[shown]], part.action[shown], part.at[shown] + 1 + 25 * place
        annoyance = people.sensitivity[who] * society.declined.count(who, action, when)
        answers = draw_answers(part.accept[shown], annoyance, rng)
        told.append(tell(first[place] + shown, action, when, answers, rng))
        society.remember(who, action, when, answers)
        won_back[rows[shown]] |= society.respond(who, action, when, answers)
        open_ears[rows[shown]] = ~(answers.accepted | answers.opted_out)
    return stack(parts), stack(told), won_back


def _offer(
    people: People,
    society: Society,
    scenes: Scenes,
    rows: Ints,
    ranking: Ranking,
    place: int,
    style: Ints,
    at: Ints,
    listening: Flags | bool,
    accept: Accept,
) -> Proposals:
    action = ranking.action[rows, place]
    return Proposals(
        talk=rows,
        action=action,
        style=style,
        rank=np.full(len(rows), place + 1),
        at=at,
        probability=ranking.probability[rows, place],
        shown=np.broadcast_to(np.asarray(listening), len(rows)).copy(),
        accept=accept(people, scenes, action, style, society.standing(scenes.who, action, at)),
    )


def _join(rounds: list[tuple[Scenes, Floats, Floats, Proposals, Outcomes]], society: Society) -> Life:
    return Life(
        talks=stack([part[0] for part in rounds]),
        trust_before=np.concatenate([part[1] for part in rounds]),
        trust_after=np.concatenate([part[2] for part in rounds]),
        proposals=stack([part[3] for part in rounds]),
        outcomes=stack([part[4] for part in rounds]),
        society=society,
    )
