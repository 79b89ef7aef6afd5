"""An outbound list from end to end: who could be contacted, who is, and who is held back to measure what the contact was worth."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa

from serving.decision.assignment import in_share
from serving.decision.record import Decision
from serving.outbound.kept import Kept
from serving.outbound.options import Found, Option
from serving.outbound.plan import Limits, Plan, plan

CONTACT, CONTROL = "contact", "control"


@dataclass(frozen=True, slots=True)
class Campaign:
    """contacted, held_back: the plan's options by group; kept: their decisions. options: allowed contacts there were; possible: customers with at least one."""

    plan: Plan
    contacted: tuple[Option, ...]
    held_back: tuple[Option, ...]
    kept: Kept
    customers: int
    possible: int
    options: int

    def report(self) -> dict[str, object]:
        """What a manager asks first. Money in the tenant's currency."""
        return {
            "customers": self.customers,
            "possible": self.possible,
            "options": self.options,
            "contacts": len(self.contacted),
            "control": len(self.held_back),
            "expected_value": sum(option.value for option in self.contacted),
            "expected_reached": sum(option.reach for option in self.contacted),
            "expected_accepted": sum(option.reach * option.propensity for option in self.contacted),
            "cost": sum(option.cost for option in self.contacted),
            "agent_minutes": sum(option.minutes for option in self.contacted),
            "plan_value": self.plan.value,
            "bound": self.plan.bound,
            "gap": self.plan.gap,
            "greedy_value": self.plan.greedy,
            "by_channel": _count(option.channel for option in self.contacted),
            "by_action": _count(option.action_id for option in self.contacted),
        }


def campaign(
    found: Iterable[Found],
    kept: Kept,
    *,
    limits: Limits,
    name: str,
    control: float,
    told: Callable[[int], object] = lambda _: None,
) -> Campaign:
    """Plan, then hold back a stable share of the planned customers: they are like those contacted in everything but the contact.

    found: customer by customer; kept: takes up their decisions. control: share in [0, 1], hashed with the campaign's name as its own salt.
    told hears customers done.
    """
    options: list[Option] = []
    customers = possible = allowed = 0
    for customers, one in enumerate(found, start=1):
        options += one.options
        possible += bool(one.options)
        allowed += one.allowed
        for decision_id, whole in one.decisions.items():
            kept.put(decision_id, whole)
        told(customers)
    planned = plan(options, limits)
    held = [in_share(f"outbound:{name}", option.customer_id, control) for option in planned.chosen]
    contacted = tuple(option for option, kept in zip(planned.chosen, held, strict=True) if not kept)
    held_back = tuple(option for option, kept in zip(planned.chosen, held, strict=True) if kept)
    return Campaign(planned, contacted, held_back, kept, customers, possible, allowed)


def as_table(made: Campaign) -> pa.Table:
    """The list: one row per customer, earliest and most valuable first; group says contact or control (control: do not contact)."""
    groups = ((CONTACT, made.contacted), (CONTROL, made.held_back))
    rows = [_row(option, made.kept.read(option.decision_id), group) for group, options in groups for option in options]
    rows.sort(key=lambda row: (row["contact_at"], -float(str(row["expected_value"])), row["customer_id"]))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("customer_id", "group", "channel", "day_part", "action_id", "kind", "title")),
        ("contact_at", pa.timestamp("us", "UTC")),
        *((name, pa.string()) for name in ("script_id", "style", "language", "words", "decision_id")),
        *((name, pa.float64()) for name in ("reach", "propensity", "expected_value", "cost", "agent_minutes", "probability")),
    ]
)


def _row(option: Option, decision: Decision, group: str) -> dict[str, object]:
    card = next(card for card in decision.actions if card.rank == option.rank)
    script = card.script
    return {
        "customer_id": option.customer_id,
        "group": group,
        "channel": option.channel,
        "day_part": option.slot.part,
        "contact_at": option.slot.starts,
        "action_id": option.action_id,
        "kind": card.kind,
        "title": card.title,
        "script_id": script.script_id,
        "style": script.style,
        "language": script.language,
        "words": "\n".join(step.text for step in script.steps),
        "decision_id": option.decision_id,
        "reach": option.reach,
        "propensity": option.propensity,
        "expected_value": option.value,
        "cost": option.cost,
        "agent_minutes": option.minutes,
        "probability": card.probability,
    }


def _count(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items()))
