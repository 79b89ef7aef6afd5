"""What one book did with all the moments, counted."""

from collections import Counter
from dataclasses import dataclass, field

from serving.decision.record import Decision, Shown

PROMOTIONAL = frozenset({"sell", "retain", "reactivate", "educate"})
FALLBACK = "fallback"


@dataclass(slots=True)
class ActionTally:
    """first: moments in which it stood first; shown: in which it stood anywhere. accepted: expected answers. value and cost are expected money of
    the first places: of an action with a goal, what asking adds to it.
    """

    first: int = 0
    shown: int = 0
    accepted: float = 0.0
    value: float = 0.0
    cost: float = 0.0

    def join(self, other: "ActionTally") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Tally:
    """funnel: how often each policy kept an action back. nothing: moments with nothing but the fallback; undeclared: channel or language gone."""

    moments: int = 0
    nothing: int = 0
    undeclared: int = 0
    actions: dict[str, ActionTally] = field(default_factory=dict)
    funnel: Counter[tuple[str, str]] = field(default_factory=Counter)
    scripts: Counter[str] = field(default_factory=Counter)
    _customers: dict[str, Counter[str]] = field(default_factory=dict)
    _served: set[str] = field(default_factory=set)

    def add(self, customer_id: str, decision: Decision | None) -> Shown | None:
        """Count one decision; its first card, None without."""
        self.moments += 1
        self._customers.setdefault(customer_id, Counter())
        if decision is None:
            self.undeclared += 1
            self.nothing += 1
            return None
        self.funnel.update((fall.stage, fall.policy_id) for fall in decision.withheld)
        for card in decision.actions:
            self._count(customer_id, card)
        first = decision.actions[0] if decision.actions else None
        if first is None or first.reasons[0].code == FALLBACK:
            self.nothing += 1
        else:
            self._served.add(customer_id)
        return first

    def _count(self, customer_id: str, card: Shown) -> None:
        counted = self.actions.setdefault(card.action_id, ActionTally())
        counted.shown += 1
        if card.rank > 1:
            return
        counted.first += 1
        counted.accepted += card.propensity
        counted.value += card.chance * card.value
        counted.cost += card.cost
        self.scripts[card.script.script_id] += 1
        self._customers[customer_id][card.action_id] += 1

    def join(self, other: "Tally") -> None:
        """Count what another process counted of other moments."""
        self.moments += other.moments
        self.nothing += other.nothing
        self.undeclared += other.undeclared
        self.funnel.update(other.funnel)
        self.scripts.update(other.scripts)
        self._served |= other._served
        for action_id, theirs in other.actions.items():
            self.actions.setdefault(action_id, ActionTally()).join(theirs)
        for customer_id, firsts in other._customers.items():
            self._customers.setdefault(customer_id, Counter()).update(firsts)

    @property
    def value(self) -> float:
        """Expected money of the first places, net of cost."""
        return sum(one.value - one.cost for one in self.actions.values())

    @property
    def customers(self) -> int:
        return len(self._customers)

    def without_anything(self) -> list[str]:
        """Customers who got nothing but the fallback in every one of their moments."""
        return sorted(set(self._customers) - self._served)

    @property
    def repeated(self) -> float:
        """Fatigue (K7): the share of first places that say to a customer what stood first for them in these moments before."""
        counts = [count for actions in self._customers.values() for count in actions.values()]
        return sum(count - 1 for count in counts) / max(1, sum(counts))
