"""A simulation told: as one object for machines, as tables for people."""

from collections.abc import Callable

from serving.simulation.run import Move, Simulation
from serving.simulation.tally import ActionTally, Tally

CUSTOMERS_NAMED = 20
MOVES_SHOWN = 20


def as_body(simulation: Simulation) -> dict[str, object]:
    """One JSON object. Money is expected value in the tenant's currency; volume counts first places."""
    live, draft = simulation.live, simulation.draft
    return {
        "moments": live.moments,
        "customers": live.customers,
        "seconds": round(simulation.seconds, 3),
        "changed": simulation.changed,
        "live": _side(simulation.live_version, live),
        "draft": _side(simulation.draft_version, draft),
        "actions": _actions(live, draft),
        "funnel": _funnel(live, draft),
        "moves": [{"from": before, "to": after, "moments": count} for (before, after), count in _moves(simulation)],
        "customers_with_nothing": draft.without_anything()[:CUSTOMERS_NAMED],
    }


def _moves(simulation: Simulation) -> list[tuple[Move, int]]:
    """The most frequent first; of equally many, by name."""
    return sorted(simulation.moves.items(), key=lambda move: (-move[1], str(move[0])))[:MOVES_SHOWN]


def _side(version: str, tally: Tally) -> dict[str, object]:
    return {
        "version": version,
        "net_value": round(tally.value, 2),
        "moments_with_nothing": tally.nothing,
        "customers_with_nothing": len(tally.without_anything()),
        "undeclared": tally.undeclared,
        "repeated_share": round(tally.repeated, 4),
    }


def _actions(live: Tally, draft: Tally) -> list[dict[str, object]]:
    """Every action of either book, the largest change of value first."""
    rows = []
    for action_id in sorted(set(live.actions) | set(draft.actions)):
        before, after = live.actions.get(action_id, ActionTally()), draft.actions.get(action_id, ActionTally())
        rows.append((abs(after.value - before.value), _action(action_id, before, after)))
    return [row for _, row in sorted(rows, key=lambda pair: -pair[0])]


def _action(action_id: str, before: ActionTally, after: ActionTally) -> dict[str, object]:
    fields: tuple[tuple[str, Callable[[ActionTally], float]], ...] = (
        ("first", lambda one: one.first),
        ("shown", lambda one: one.shown),
        ("accepted", lambda one: round(one.accepted, 2)),
        ("value", lambda one: round(one.value, 2)),
    )
    told: dict[str, object] = {"action_id": action_id}
    for name, of in fields:
        told[name] = {"live": of(before), "draft": of(after), "difference": round(of(after) - of(before), 2)}
    return told


def _funnel(live: Tally, draft: Tally) -> list[dict[str, object]]:
    keys = sorted(set(live.funnel) | set(draft.funnel), key=lambda key: (-abs(draft.funnel[key] - live.funnel[key]), key))
    return [
        {
            "stage": stage,
            "policy_id": policy,
            "live": live.funnel[stage, policy],
            "draft": draft.funnel[stage, policy],
            "difference": draft.funnel[stage, policy] - live.funnel[stage, policy],
        }
        for stage, policy in keys
    ]


def as_text(simulation: Simulation) -> str:
    """Tables side by side; lines without a difference are left out."""
    live, draft = simulation.live, simulation.draft
    head = f"{live.moments:,} moments of {live.customers:,} customers in {simulation.seconds:.1f} s; the first action changes in {simulation.changed:,}"
    lines = [head, "", _line("", simulation.live_version[:12], simulation.draft_version[:12], "difference")]
    lines.append(_money("expected net value", live.value, draft.value))
    for name, before, after in (
        ("moments with nothing", live.nothing, draft.nothing),
        ("customers with nothing", len(live.without_anything()), len(draft.without_anything())),
    ):
        lines.append(_count(name, before, after))
    lines.append(_line("said again, share", f"{live.repeated:.1%}", f"{draft.repeated:.1%}", f"{draft.repeated - live.repeated:+.1%}"))
    lines += _changed_actions(live, draft) + _changed_funnel(live, draft)
    if simulation.moves:
        lines += ["", "who would see what, most frequent first"]
        lines += [
            f"  {count:>8,}  {before or 'nothing'} -> {after or 'nothing'}"
            for (before, after), count in simulation.moves.most_common(MOVES_SHOWN)
        ]
    return "\n".join(lines)


def _changed_actions(live: Tally, draft: Tally) -> list[str]:
    lines = ["", "first places and expected value per action"]
    for action_id in sorted(set(live.actions) | set(draft.actions)):
        before, after = live.actions.get(action_id, ActionTally()), draft.actions.get(action_id, ActionTally())
        if (before.first, round(before.value, 2)) != (after.first, round(after.value, 2)):
            lines += [_count(f"  {action_id}", before.first, after.first), _money("    value", before.value, after.value)]
    return lines if len(lines) > 2 else []


def _changed_funnel(live: Tally, draft: Tally) -> list[str]:
    keys = [key for key in sorted(set(live.funnel) | set(draft.funnel)) if live.funnel[key] != draft.funnel[key]]
    return [
        "",
        "kept back by policy",
        *(_count(f"  {policy}", live.funnel[stage, policy], draft.funnel[stage, policy]) for stage, policy in keys),
    ][: 2 + len(keys) if keys else 0]


def _count(name: str, before: int, after: int) -> str:
    return _line(name, f"{before:,}", f"{after:,}", f"{after - before:+,}")


def _money(name: str, before: float, after: float) -> str:
    return _line(name, f"{before:,.2f}", f"{after:,.2f}", f"{after - before:+,.2f}")


def _line(name: str, before: str, after: str, difference: str) -> str:
    return f"{name:<34}{before:>16}{after:>16}{difference:>16}"
