"""The closed loop as the outside lives it: talks of the simulator go through the HTTP API, and its people answer by the truth."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
from fastapi.testclient import TestClient

from features.simulator.logged_policy import eligible
from features.simulator.moment import SimTalk, scenes_of
from features.simulator.truth import Truth
from features.simulator.words import ACTION_IDS, ACTIONS, STYLES, WORLD_END

DAYS = 30
PUSH = np.array([action.push for action in ACTIONS])


@dataclass(slots=True)
class Loop:
    """values: yuan per acceptance by action id, as the playbook says. shown, declined, accepted: what became of each (customer, action) so far, which tires people.
    answered: outcomes reported of decisions that teach (the control group's do not). barred: what the playbook's rules kept back in each talk of
    the last round.
    """

    truth: Truth
    client: TestClient
    headers: dict[str, str]
    rng: np.random.Generator
    values: dict[str, float]
    shown: Counter[tuple[str, str]] = field(default_factory=Counter)
    declined: Counter[tuple[str, str]] = field(default_factory=Counter)
    accepted: set[tuple[str, str]] = field(default_factory=set)
    answered: int = 0
    barred: list[set[str]] = field(default_factory=list)

    def talks(self, count: int, number: int) -> list[SimTalk]:
        """The talks of round `number` in which a proposal is possible: nothing is open, and the channel lets one speak."""
        after = WORLD_END + timedelta(days=DAYS * number)
        drawn = self.truth.next_interactions(3 * count, self.rng, after=after, days=DAYS - 1)
        possible = [talk for talk, may in zip(drawn, self._allowed(drawn).any(axis=1), strict=True) if may]
        return possible[:count]

    def live(self, talks: list[SimTalk], number: int) -> np.ndarray:
        """(talks,) true expected value of the first card of each decision that these people can answer; their answers are reported.

        The book holds actions the simulated world knows nothing of; the agent passes over those.
        """
        self.barred = []
        return np.array([self._talk(talk, f"r{number}-{place}") for place, talk in enumerate(talks)])

    def at_random(self, talks: list[SimTalk]) -> np.ndarray:
        """(talks,) expected value of the logged random policy: allowed actions in proportion to their push, a style by lot."""
        weights = self._allowed(talks) * PUSH
        return (self._value(talks) * weights).sum(axis=1) / weights.sum(axis=1)

    def always(self, talks: list[SimTalk], action_id: str) -> np.ndarray:
        """(talks,) expected value of always the same action; where it is not allowed, of the logged random policy. Nobody gets tired of it here."""
        slot = ACTION_IDS.index(action_id)
        return np.where(self._allowed(talks)[:, slot], self._value(talks)[:, slot], self.at_random(talks))

    def always_by_the_book(self, talks: list[SimTalk], action_id: str) -> np.ndarray:
        """(talks,) the same under the rules of the playbook that bound ours."""
        barred = np.array([action_id in actions for actions in self.barred])
        return np.where(barred, self.at_random(talks), self.always(talks, action_id))

    def by_the_truth(self, talks: list[SimTalk]) -> np.ndarray:
        """(talks,) the most that could be had: the best allowed action in the style this person likes best."""
        return np.where(self._allowed(talks), self.truth.value_matrix(talks, self.values), 0.0).max(axis=1)

    def _allowed(self, talks: list[SimTalk]) -> np.ndarray:
        who = np.array([int(talk.customer_id[1:]) - 1 for talk in talks])
        scenes = scenes_of(who, [talk.moment for talk in talks])
        return eligible(scenes, self.truth.people.consent[who])

    def _value(self, talks: list[SimTalk]) -> np.ndarray:
        return np.mean([self.truth.value_matrix(talks, self.values, style) for style in STYLES], axis=0)

    def _talk(self, talk: SimTalk, interaction: str) -> float:
        moment = talk.moment
        scene = {"contact_reason": moment.contact_reason, "need": moment.need, "sentiment": moment.sentiment}
        body = {
            "interaction_id": interaction,
            "customer_id": talk.customer_id,
            "channel": moment.channel,
            "direction": moment.direction,
            "scene": scene | {"resolved": moment.resolved, "complaint": moment.complaint},
            "contact": {"wait_seconds": moment.wait_seconds, "transfers": moment.transfers},
            "at": moment.at.isoformat(),
            "limit": 10,
        }
        answer = self.client.post("/v1/decisions", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        decision = answer.json()
        self.barred.append({fallen["action_id"] for fallen in decision["withheld"]})
        card = next((one for one in decision["actions"] if one["action_id"] in self.values), None)
        if card is None:
            return 0.0
        self.answered += decision["group"] != "control"
        return self._answer(talk, decision["decision_id"], card)

    def _answer(self, talk: SimTalk, decision_id: str, card: dict) -> float:
        key = (talk.customer_id, card["action_id"])
        moment = replace(
            talk.moment, recent_proposals=self.shown[key], recent_declines=self.declined[key], accepted_before=key in self.accepted
        )
        chance = self.truth.accept_probability(talk.customer_id, card["action_id"], card["script"]["style"], moment)
        yes = self.rng.random() < chance
        self.shown[key] += 1
        self.declined[key] += not yes
        if yes:
            self.accepted.add(key)
        report = {"decision_id": decision_id, "action_id": card["action_id"], "outcome": "accepted" if yes else "declined"}
        at = (moment.at + timedelta(seconds=30)).isoformat()
        assert self.client.post("/v1/outcomes", json=report | {"occurred_at": at}, headers=self.headers).status_code == 201
        return chance * self.values[card["action_id"]]
