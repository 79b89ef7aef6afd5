"""What one policy has done to the customers so far: the contact history the rules read, and the counts the truth asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from features.customer import HistoryEvent
from features.simulator.moment import SimMoment, SimTalk

SHOWN_FOR, DECLINED_FOR = timedelta(days=60), timedelta(days=90)


@dataclass(slots=True)
class Memory:
    """By customer. Also the port `ContactHistory` of a decider."""

    events: dict[str, list[HistoryEvent]] = field(default_factory=dict)

    def recent(self, tenant: str, customer_id: str) -> Sequence[HistoryEvent]:  # noqa: ARG002 (the port's signature)
        return self.events.get(customer_id, ())

    def note(self, customer_id: str, events: Sequence[HistoryEvent]) -> None:
        self.events.setdefault(customer_id, []).extend(events)

    def moment(self, talk: SimTalk, action_id: str) -> SimMoment:
        """The talk's moment for this action, with what this policy did before."""
        mine = [event for event in self.events.get(talk.customer_id, ()) if event.action_id == action_id]
        return replace(
            talk.moment,
            recent_proposals=float(_since(mine, "presented", talk.moment.at - SHOWN_FOR)),
            recent_declines=float(_since(mine, "declined", talk.moment.at - DECLINED_FOR)),
            accepted_before=any(event.outcome == "accepted" for event in mine),
        )


def _since(events: Sequence[HistoryEvent], outcome: str, start: datetime) -> int:
    return sum(event.outcome == outcome and event.occurred_at >= start for event in events)
