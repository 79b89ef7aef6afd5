"""What was proposed in each talk of the past, what was presented of it, and how it was answered."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from features.simulator.acceptance import Standing
from features.simulator.answers import Outcomes, draw_answers, tell
from features.simulator.columns import Columns, stack
from features.simulator.dice import Flags, Floats, Ints
from features.simulator.logged_policy import RANKS, eligible, rank
from features.simulator.people import People
from features.simulator.scenes import Scenes
from features.simulator.standing import Society
from features.simulator.words import STYLES

SECOND_TRY = 0.35
"""Share of talks in which the second proposal is presented after the first found no yes."""
Accept = Callable[[People, Scenes, Ints, Ints, Standing], Floats]
"""The true probability of a yes, (n,), for people in scenes, an action, a style and a standing each."""


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
class Pitched:
    """Of n talks: the proposals (their `talk` counts from the first of these talks), outcomes, and (n,) who was won back."""

    proposals: Proposals
    outcomes: Outcomes
    won_back: Flags


@dataclass(frozen=True, slots=True)
class Pitcher:
    """Proposes by the logged random policy and lets the people answer by the truth it was given."""

    people: People
    society: Society
    accept: Accept
    rng: np.random.Generator

    def pitch(self, scenes: Scenes, control: Flags) -> Pitched:
        """Rank, present the first, sometimes the second after the first found no yes, and hear the answers."""
        ranked = self._rank(scenes, control)
        listening, won_back = np.ones(len(scenes), dtype=np.bool_), np.zeros(len(scenes), dtype=np.bool_)
        parts: list[Proposals] = []
        told: list[Outcomes] = []
        for place, part in enumerate(ranked):
            hears = listening[part.talk] if place == 0 else listening[part.talk] & (self.rng.random(len(part)) < SECOND_TRY)
            offered = self._offer(scenes, part, hears & (place < 2))
            outcomes, talked, heard_yes, back = self._answer(scenes, offered, first=sum(len(earlier) for earlier in parts))
            parts.append(offered)
            told.append(outcomes)
            listening[talked] = ~heard_yes
            won_back[talked] |= back
        return Pitched(stack(parts), stack(told), won_back)

    def _rank(self, scenes: Scenes, control: Flags) -> list[Proposals]:
        """One part a rank, not yet offered."""
        ranking = rank(eligible(scenes, self.society.may_market[scenes.who]) & ~control[:, None], self.rng)
        style = self.rng.integers(0, len(STYLES), (len(scenes), RANKS))
        at = scenes.at + (scenes.seconds * self.rng.uniform(0.6, 0.85, len(scenes))).astype(np.int64)
        parts = []
        for place in range(RANKS):
            rows = np.flatnonzero(ranking.action[:, place] >= 0)
            ranks, none = np.full(len(rows), place + 1), np.zeros(len(rows), dtype=np.bool_)
            action, probability = ranking.action[rows, place], ranking.probability[rows, place]
            parts.append(Proposals(rows, action, style[rows, place], ranks, at[rows], probability, none, np.zeros(len(rows))))
        return parts

    def _offer(self, scenes: Scenes, part: Proposals, shown: Flags) -> Proposals:
        scene = scenes.take(part.talk)
        standing = self.society.standing(scene.who, part.action, part.at)
        accept = self.accept(self.people, scene, part.action, part.style, standing)
        return Proposals(part.talk, part.action, part.style, part.rank, part.at, part.probability, shown, accept)

    def _answer(self, scenes: Scenes, offered: Proposals, *, first: int) -> tuple[Outcomes, Ints, Flags, Flags]:
        """Outcomes of what was shown, the talks it was shown in, and per such talk: the pitch ends, the customer is won back."""
        rows = np.flatnonzero(offered.shown)
        shown = offered.take(rows)
        who, when = scenes.who[shown.talk], shown.at + 1 + 25 * (shown.rank - 1)
        annoyance = self.people.sensitivity[who] * self.society.declined.count(who, shown.action, when)
        answers = draw_answers(shown.accept, annoyance, self.rng)
        outcomes = tell(first + rows, shown.action, when, answers, self.rng)
        self.society.remember(who, shown.action, when, answers)
        back = self.society.respond(who, shown.action, when, answers)
        return outcomes, shown.talk, answers.accepted | answers.opted_out, back
