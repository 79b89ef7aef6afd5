"""One policy in one world, talk after talk: asked, answered by the truth, remembered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from numpy.typing import NDArray

from features.customer import HistoryEvent
from features.simulator.moment import SimTalk
from serving.cli.benches.policy.asked import Asked, Policy, Told
from serving.cli.benches.policy.centre import Centre
from serving.cli.benches.policy.memory import Memory
from serving.decision.decide import Decider, Models
from serving.decision.moment import Agent, Moment, Scene, Waiting
from serving.decision.propensity import talk_of
from serving.decision.record import Decision

DECLINES = 0.54
"""Share of those who do not say yes that say no; the others stay silent. As in the world itself."""


@dataclass(slots=True)
class Run:
    """A policy with its own memory. expected: of every decision, the true mean value."""

    policy: Policy
    models: Callable[[], Models] = lambda: Models(None)
    memory: Memory = field(default_factory=Memory)
    expected: list[float] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def play(self, centre: Centre, talks: Sequence[SimTalk], luck: NDArray[np.float64]) -> list[tuple[Told, SimTalk, Decision]]:
        """Decide every talk. luck: (talks, 2) numbers in [0, 1), the same for every policy. Returns what was proposed and what came of it."""
        decider = Decider(lambda _: centre.book, centre.customers, self.models, self.memory, lambda: f"round-{next(self.numbers)}")
        done = []
        for talk, (yes, no) in zip(talks, luck, strict=True):
            decision = decider.decide(_moment(centre, talk, next(self.numbers)))
            if not decision.actions:
                self.expected.append(0.0)
                continue
            told = self._propose(centre, talk, decision, yes=yes, no=no)
            done.append((told, talk, decision))
        return done

    def _propose(self, centre: Centre, talk: SimTalk, decision: Decision, *, yes: float, no: float) -> Told:
        asked = self._asked(centre, talk, decision)
        pick = self.policy.choose(asked)
        chance = self._chances(centre, talk, [pick.action_id], pick.style)[0]
        worth = centre.playbook.actions[pick.action_id].value
        self.expected.append(float(chance * worth))
        outcome = "accepted" if yes < chance else "declined" if no < DECLINES else None
        words = ["presented", *([outcome] if outcome else [])]
        self.memory.note(talk.customer_id, [_event(talk, decision, pick.action_id, word) for word in words])
        return Told(asked, pick, worth if outcome == "accepted" else 0.0)

    def _asked(self, centre: Centre, talk: SimTalk, decision: Decision) -> Asked:
        candidates = decision.ranking.action_ids
        return Asked(
            candidates,
            np.array([centre.playbook.actions[action_id].value for action_id in candidates]),
            centre.customers.read(talk.customer_id, talk.moment.at),
            talk_of(_moment(centre, talk, 0)),
            decision,
            lambda style: self._chances(centre, talk, candidates, style),
        )

    def _chances(self, centre: Centre, talk: SimTalk, action_ids: Sequence[str], style: str) -> NDArray[np.float64]:
        """(actions,) true probabilities of a yes when it is said in this style."""
        moments, asked = [self.memory.moment(talk, action_id) for action_id in action_ids], len(action_ids)
        return np.asarray(centre.truth.accept_probabilities([talk.customer_id] * asked, action_ids, [style] * asked, moments))


def _moment(centre: Centre, talk: SimTalk, number: int) -> Moment:
    said = talk.moment
    return Moment(
        tenant="default",
        interaction_id=f"talk-{number}",
        customer_id=talk.customer_id,
        channel=said.channel,
        direction=said.direction,
        at=said.at,
        language=centre.playbook.languages[0],
        limit=1,
        scene=Scene(said.contact_reason, said.need, None, said.sentiment, said.resolved, said.complaint),
        agent=Agent("agent", centre.playbook.certificates, "expert"),
        contact=Waiting(said.wait_seconds, said.transfers),
    )


def _event(talk: SimTalk, decision: Decision, action_id: str, outcome: str) -> HistoryEvent:
    return HistoryEvent(decision.decision_id, action_id, outcome, talk.moment.channel, talk.moment.at, decision.interaction_id)


def rows_of(done: Sequence[tuple[Told, SimTalk, Decision]], run: Run) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """What happened as rows of the tables proposals and outcomes."""
    proposals: list[dict[str, object]] = []
    outcomes: list[dict[str, object]] = []
    for told, talk, decision in done:
        key = {"decision_id": decision.decision_id, "action_id": told.pick.action_id}
        card, said = decision.actions[0], talk.moment
        talked = {"contact_reason": said.contact_reason, "need": said.need, "sentiment": said.sentiment, "direction": said.direction}
        told_of = {"wait_seconds": said.wait_seconds, "transfers": said.transfers, "group": decision.group}
        proposals.append(
            key
            | {"interaction_id": decision.interaction_id, "customer_id": talk.customer_id, "proposed_at": said.at, "channel": said.channel}
            | {"script_id": card.script.script_id, "style": told.pick.style, "rank": 1, "probability": card.probability}
            | {"attributes": {name: str(value) for name, value in (talked | told_of).items() if value is not None}}
        )
        happened = [e.outcome for e in run.memory.events[talk.customer_id] if e.decision_id == decision.decision_id]
        outcomes += [key | {"outcome": outcome, "occurred_at": said.at} for outcome in happened]
    return proposals, outcomes
