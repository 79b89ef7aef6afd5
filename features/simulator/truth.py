"""What is true of the simulated people: for the world itself, tests and benchmarks. Nothing else may read it, and no table holds it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from features.errors import FeatureError
from features.simulator.acceptance import Standing, accept_log_odds
from features.simulator.dice import Flags, Floats, Ints, sigmoid, stream
from features.simulator.life import Life, live
from features.simulator.moment import SimMoment, SimTalk, moment_of, scenes_of, slots
from features.simulator.months import month_edges
from features.simulator.people import People, draw_people
from features.simulator.scenes import Scenes, draw_scenes
from features.simulator.words import ACTION_IDS, DAY, DEFAULT_VALUES, STYLES, WORLD_END

__all__ = ["SimMoment", "SimTalk", "Truth"]
_ERA = 1 << 34
"""More seconds than any moment has: customer times this plus time orders talks by customer, then time."""


def customer_id(index: int) -> str:
    return f"c{index + 1:06d}"


def _accept_probability(people: People, scenes: Scenes, action: Ints, style: Ints, standing: Standing) -> Floats:
    return sigmoid(accept_log_odds(people, scenes, action, style, standing))


class Truth:
    """The people and the life of one world, lived again from (customers, months, seed): the same that `simulate` writes.

    Raises FeatureError for an empty world, a naive end, and for customers, actions, styles, channels or reasons it does not have.
    """

    def __init__(self, customers: int, months: int, seed: int, *, end: datetime | None = None) -> None:
        if customers < 1 or months < 1:
            raise FeatureError(f"simulate: a world of {customers} customers and {months} months is empty; give at least 1 of each.")
        self.edges = month_edges(end or WORLD_END, months)
        self.people = draw_people(customers, months, int(self.edges[0]), int(self.edges[-1]), seed)
        self.life: Life = live(self.people, self.edges, _accept_probability, stream(seed, "life"))
        self._places = {customer_id(index): index for index in range(customers)}
        keys = self.life.talks.who * _ERA + self.life.talks.at
        self._order = np.argsort(keys)
        self._keys = keys[self._order]

    @property
    def customer_ids(self) -> list[str]:
        return list(self._places)

    def accept_probability(self, customer_id: str, action_id: str, style: str, moment: SimMoment) -> float:
        """The probability in [0, 1] that this customer accepts this action in this style at this moment."""
        return float(self.accept_probabilities([customer_id], [action_id], [style], [moment])[0])

    def accept_probabilities(
        self, customer_ids: Sequence[str], action_ids: Sequence[str], styles: Sequence[str], moments: Sequence[SimMoment]
    ) -> Floats:
        """(n,) probabilities in [0, 1], row by row."""
        scenes = scenes_of(self._who(customer_ids), moments)
        action, style = slots(action_ids, ACTION_IDS, "action"), slots(styles, STYLES, "style")
        return _accept_probability(self.people, scenes, action, style, self._standing(scenes, action, moments))

    def accept_matrix(self, talks: Sequence[SimTalk], style: str | None = None) -> Floats:
        """(talks, actions) probabilities in the order of ACTION_IDS; style None: the best of the three for each cell.

        A moment's own counts are taken for every action, so leave them 0 for an unbiased comparison.
        """
        moments = [talk.moment for talk in talks]
        scenes = scenes_of(self._who([talk.customer_id for talk in talks]), moments)
        best = np.zeros((len(talks), len(ACTION_IDS)))
        for slot in range(len(ACTION_IDS)):
            action = np.full(len(talks), slot)
            standing = self._standing(scenes, action, moments)
            for wording in slots(STYLES if style is None else [style], STYLES, "style"):
                accept = _accept_probability(self.people, scenes, action, np.full(len(talks), wording), standing)
                best[:, slot] = np.maximum(best[:, slot], accept)
        return best

    def value_matrix(self, talks: Sequence[SimTalk], values: Mapping[str, float] | None = None, style: str | None = None) -> Floats:
        """(talks, actions) expected value = probability x value per acceptance; `values` by action id, DEFAULT_VALUES when None."""
        worth = DEFAULT_VALUES if values is None else values
        matrix: Floats = self.accept_matrix(talks, style) * np.array([worth[action_id] for action_id in ACTION_IDS])
        return matrix

    def next_interactions(self, n: int, rng: np.random.Generator, *, after: datetime | None = None, days: float = 30.0) -> list[SimTalk]:
        """n talks in time order within `days` after `after` (the world's end when None), customers as often as they call."""
        start = int(self.edges[-1] if after is None else after.timestamp())
        rate = self.people.contact_rate * (0.35 + 0.65 * self.life.society.activity[:, -1])
        who = rng.choice(self.people.count, n, p=rate / rate.sum())
        at = np.sort(start + 60 + (rng.random(n) * days * DAY).astype(np.int64))
        fresh: Flags = np.zeros(n, dtype=np.bool_)
        inbound = rng.random(n) < 0.88
        trust = self.life.society.trust[who]
        scenes = draw_scenes(self.people, who, at, rng, trust=trust, inbound=inbound, again=np.full(n, -1), angry=fresh)
        return [SimTalk(customer_id(int(who[row])), moment_of(scenes, row)) for row in range(n)]

    def _standing(self, scenes: Scenes, action: Ints, moments: Sequence[SimMoment]) -> Standing:
        society = self.life.society
        accepted = np.array([moment.accepted_before for moment in moments], dtype=np.bool_)
        return Standing(
            trust=self._trust(scenes.who, scenes.at),
            activity=society.activity_at(scenes.who, scenes.at),
            owned=(society.owned_from[scenes.who, action] < scenes.at) | accepted,
            shown=np.array([moment.recent_proposals for moment in moments], dtype=np.float64),
            declined=np.array([moment.recent_declines for moment in moments], dtype=np.float64),
        )

    def _trust(self, who: Ints, at: Ints) -> Floats:
        """(n,) trust in [0, 1] of these customers then: as it was in the talk that runs, or as their last one left it."""
        last = np.searchsorted(self._keys, who * _ERA + at, side="right") - 1
        talk = self._order[np.maximum(last, 0)]
        talks = self.life.talks
        none = (last < 0) | (talks.who[talk] != who)
        running = at <= talks.at[talk] + talks.seconds[talk]
        known = np.where(running, self.life.trust_before[talk], self.life.trust_after[talk])
        return np.where(none, self.people.trust[who], known)

    def _who(self, customer_ids: Sequence[str]) -> Ints:
        for name in customer_ids:
            if name not in self._places:
                raise FeatureError(f"truth: no customer '{name}' in this world of {self.people.count}; ask for c000001 and on.")
        return np.array([self._places[name] for name in customer_ids], dtype=np.int64)
