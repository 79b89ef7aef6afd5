"""What is true of the simulated people: for the world itself, tests and benchmarks. Nothing else may read it, and no table holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from features.errors import FeatureError
from features.simulator.acceptance import Standing, accept_log_odds
from features.simulator.dice import Flags, Floats, Ints, sigmoid, stream
from features.simulator.life import Life, live
from features.simulator.months import month_edges
from features.simulator.people import People, draw_people
from features.simulator.scenes import Scenes, draw_scenes
from features.simulator.words import ACTION_IDS, CHANNELS, DAY, DEFAULT_VALUES, NEEDS, REASONS, STYLES, WORLD_END


@dataclass(frozen=True, slots=True)
class SimMoment:
    """The scene of one proposal, with what the caller's own loop did since the world ended.

    recent_proposals: this action presented in the 60 days before `at`; recent_declines: declined in the 90 days before; accepted_before:
    accepted in the loop (the world's own acceptances are known here). wait in seconds.
    """

    at: datetime
    channel: str
    contact_reason: str
    need: str
    sentiment: float
    resolved: bool
    complaint: bool = False
    wait_seconds: float = 0.0
    transfers: int = 0
    direction: str = "inbound"
    recent_proposals: float = 0.0
    recent_declines: float = 0.0
    accepted_before: bool = False


@dataclass(frozen=True, slots=True)
class SimTalk:
    """One talk after the world's end, ready to be asked a decision for."""

    customer_id: str
    moment: SimMoment


def customer_id(index: int) -> str:
    return f"c{index + 1:06d}"


def accept_probability_in_life(people: People, scenes: Scenes, action: Ints, style: Ints, standing: Standing) -> Floats:
    return sigmoid(accept_log_odds(people, scenes, action, style, standing))


class Truth:
    """The people and the life of one world, made again from (customers, months, seed)."""

    def __init__(self, customers: int, months: int, seed: int, *, end: datetime | None = None) -> None:
        if customers < 1 or months < 1:
            raise FeatureError(f"simulate: a world of {customers} customers and {months} months is empty; give at least 1 of each.")
        self.edges = month_edges(end or WORLD_END, months)
        self.people = draw_people(customers, months, int(self.edges[0]), int(self.edges[-1]), seed)
        self.life: Life = live(self.people, self.edges, accept_probability_in_life, stream(seed, "life"))
        self._order = np.lexsort((self.life.talks.at, self.life.talks.who))
        self._first = np.searchsorted(self.life.talks.who[self._order], np.arange(customers + 1))

    @property
    def customer_ids(self) -> list[str]:
        return [customer_id(index) for index in range(self.people.count)]

    def accept_probability(self, customer_id: str, action_id: str, style: str, moment: SimMoment) -> float:
        """The probability in [0, 1] that this customer accepts this action in this style at this moment."""
        return float(self.accept_probabilities([customer_id], [action_id], [style], [moment])[0])

    def accept_probabilities(
        self, customer_ids: Sequence[str], action_ids: Sequence[str], styles: Sequence[str], moments: Sequence[SimMoment]
    ) -> Floats:
        """(n,) probabilities in [0, 1], row by row. Raises FeatureError for a customer, action or style the world does not have."""
        scenes = self._scenes(customer_ids, moments)
        action = _slots(action_ids, ACTION_IDS, "action")
        return self._accept(scenes, action, _slots(styles, STYLES, "style"), moments)

    def accept_matrix(self, talks: Sequence[SimTalk], style: str | None = None) -> Floats:
        """(talks, actions) probabilities in the order of ACTION_IDS; style None: the best of the three for each cell.

        The moments' own counts are taken for every action, so leave them 0 for an unbiased comparison.
        """
        scenes = self._scenes([talk.customer_id for talk in talks], [talk.moment for talk in talks])
        moments = [talk.moment for talk in talks]
        slots = range(len(STYLES)) if style is None else [int(_slots([style], STYLES, "style")[0])]
        cells = [
            np.stack(
                [self._accept(scenes, np.full(len(talks), a), np.full(len(talks), s), moments) for a in range(len(ACTION_IDS))], axis=1
            )
            for s in slots
        ]
        return np.max(cells, axis=0)

    def value_matrix(self, talks: Sequence[SimTalk], values: Mapping[str, float] | None = None, style: str | None = None) -> Floats:
        """(talks, actions) expected value = probability x value per acceptance; `values` by action id, DEFAULT_VALUES when None."""
        worth = values or DEFAULT_VALUES
        return self.accept_matrix(talks, style) * np.array([worth[action_id] for action_id in ACTION_IDS])

    def next_interactions(self, n: int, rng: np.random.Generator, *, days: float = 30.0) -> list[SimTalk]:
        """n talks in time order within `days` after the world's end, by customers in proportion to how often they call."""
        end = int(self.edges[-1])
        rate = self.people.contact_rate * (0.35 + 0.65 * self.life.society.activity[:, -1])
        who = rng.choice(self.people.count, n, p=rate / rate.sum())
        at = np.sort(end + 60 + (rng.random(n) * days * DAY).astype(np.int64))
        inbound = rng.random(n) < 0.88
        scenes = draw_scenes(self.people, who, at, self.life.society.trust[who], inbound, np.full(n, -1), np.zeros(n, dtype=np.bool_), rng)
        return [SimTalk(customer_id(int(scenes.who[row])), _moment(scenes, row)) for row in range(n)]

    def _accept(self, scenes: Scenes, action: Ints, style: Ints, moments: Sequence[SimMoment]) -> Floats:
        before = self.life.society.owned_from[scenes.who, action] < scenes.at
        standing = Standing(
            trust=self._trust(scenes.who, scenes.at),
            activity=self.life.society.activity_at(scenes.who, scenes.at),
            owned=before | np.array([moment.accepted_before for moment in moments], dtype=np.bool_),
            shown=np.array([moment.recent_proposals for moment in moments], dtype=np.float64),
            declined=np.array([moment.recent_declines for moment in moments], dtype=np.float64),
        )
        return accept_probability_in_life(self.people, scenes, action, style, standing)

    def _trust(self, who: Ints, at: Ints) -> Floats:
        """(n,) trust in [0, 1] of these customers then: as it was in the talk that runs, or as the last one left it."""
        talks, trust = self.life.talks, self.people.trust[who].copy()
        for row, (customer, moment) in enumerate(zip(who, at, strict=True)):
            own = self._order[self._first[customer] : self._first[customer + 1]]
            last = int(np.searchsorted(talks.at[own], moment, side="right")) - 1
            if last >= 0:
                talk = own[last]
                running = moment <= talks.at[talk] + talks.seconds[talk]
                trust[row] = self.life.trust_before[talk] if running else self.life.trust_after[talk]
        return trust

    def _scenes(self, customer_ids: Sequence[str], moments: Sequence[SimMoment]) -> Scenes:
        count = len(moments)
        who = np.array([self._index(name) for name in customer_ids], dtype=np.int64)
        sentiment = np.array([moment.sentiment for moment in moments], dtype=np.float64)
        return Scenes(
            who=who,
            at=np.array([int(moment.at.timestamp()) for moment in moments], dtype=np.int64),
            seconds=np.zeros(count, dtype=np.int64),
            channel=_slots([moment.channel for moment in moments], CHANNELS, "channel"),
            inbound=_flags([moment.direction == "inbound" for moment in moments]),
            reason=_slots([moment.contact_reason for moment in moments], REASONS, "contact reason"),
            emotion=_flags([moment.need == "emotion" for moment in moments]),
            wait=np.array([moment.wait_seconds for moment in moments], dtype=np.float64),
            transfers=np.array([moment.transfers for moment in moments], dtype=np.int64),
            resolved=_flags([moment.resolved for moment in moments]),
            complaint=_flags([moment.complaint for moment in moments]),
            mood=sentiment,
            sentiment=sentiment,
        )

    def _index(self, name: str) -> int:
        index = int(name[1:]) - 1 if name[:1] == "c" and name[1:].isdigit() else -1
        if not 0 <= index < self.people.count:
            raise FeatureError(f"truth: no customer '{name}' in this world of {self.people.count}; ask for c000001 and on.")
        return index


def _flags(values: list[bool]) -> Flags:
    return np.array(values, dtype=np.bool_)


def _slots(words: Sequence[str], known: tuple[str, ...], thing: str) -> Ints:
    unknown = sorted(set(words) - set(known))
    if unknown:
        raise FeatureError(f"truth: unknown {thing} '{unknown[0]}'; the world knows {', '.join(known)}.")
    return np.array([known.index(word) for word in words], dtype=np.int64)


def _moment(scenes: Scenes, row: int) -> SimMoment:
    return SimMoment(
        at=datetime.fromtimestamp(int(scenes.at[row]), UTC),
        channel=CHANNELS[scenes.channel[row]],
        contact_reason=REASONS[scenes.reason[row]],
        need=NEEDS[int(scenes.emotion[row])],
        sentiment=float(scenes.sentiment[row]),
        resolved=bool(scenes.resolved[row]),
        complaint=bool(scenes.complaint[row]),
        wait_seconds=float(scenes.wait[row]),
        transfers=int(scenes.transfers[row]),
        direction="inbound" if scenes.inbound[row] else "outbound",
    )
