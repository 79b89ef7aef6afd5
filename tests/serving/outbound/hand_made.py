"""Options and decisions made by hand."""

from datetime import UTC, datetime, timedelta

from serving.decision.moment import Moment, Scene
from serving.decision.record import Components, Decision, Reason, Shown, ShownScript, ShownStep
from serving.outbound.canvass import Slot
from serving.outbound.options import Option

MORNING = Slot(0, "morning", datetime(2026, 6, 1, 2, tzinfo=UTC))
EVENING = Slot(0, "evening", datetime(2026, 6, 1, 11, tzinfo=UTC))


def card(action_id: str = "wake", *, kind: str = "reactivate", priority: float = 10.0, code: str = "best_priority") -> Shown:
    script = ShownScript(f"{action_id}-en", "en", "warm", (ShownStep("propose", "Shall we?", 3.0),), (), 3.0)
    parts = Components(0.2, 1.0, 100.0, 1.0, 0.0)
    reasons = (Reason(code, "why"),)
    return Shown(1, action_id, kind, "g", action_id, "Yes", "No", 0.2, 100.0, 0.0, priority, parts, 50.0, 0.9, False, reasons, script)


def decision(moment: Moment, *cards: Shown) -> Decision:
    made = f"dec-{moment.customer_id}-{moment.channel}"
    return Decision(
        made, moment.tenant, moment.interaction_id, moment.customer_id, moment.channel, "outbound", "en", None, moment.at,
        moment.at + timedelta(minutes=10), "1", {}, Scene(), "champion", f"{moment.customer_id}@2026-06", cards, (),
    )  # fmt: skip


def option(customer: str, value: float, *, slot: Slot = MORNING, minutes: float = 0.0, cost: float = 0.0, channel: str = "voice") -> Option:
    return Option(customer, channel, slot, f"d-{customer}", 1, "wake", 0.2, 0.5, value, cost, minutes)
