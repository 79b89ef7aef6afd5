"""A few features of every view, written the slow obvious way: one moment, one row after the other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

Row = Mapping[str, object]


def visible(rows: Sequence[Row], happened_at: str, at: datetime) -> list[Row]:
    """Rows that happened before, were known before, and are not replaced by then."""
    return [
        row
        for row in rows
        if row[happened_at] < at and row["known_at"] < at and (row["superseded_at"] is None or row["superseded_at"] >= at)
    ]


def features(tables: Mapping[str, Sequence[Row]], customer: str, at: datetime) -> dict[str, object]:
    mine = {name: [row for row in rows if row.get("customer_id") == customer] for name, rows in tables.items()}
    spending = visible(mine.get("transactions", []), "occurred_at", at)
    contacts = visible(mine.get("contacts", []), "started_at", at)
    events = visible(mine.get("channel_events", []), "occurred_at", at)
    proposals = visible(mine.get("proposals", []), "proposed_at", at)
    answers = visible(tables.get("outcomes", []), "occurred_at", at)
    return {
        **_profile(mine, at),
        **_spending(spending, at),
        **_channels(contacts, events, at),
        **_service(contacts, at),
        **_proposals(proposals, answers, at),
    }


def _within(rows: Sequence[Row], happened_at: str, at: datetime, days: int) -> list[Row]:
    return [row for row in rows if row[happened_at] >= at - timedelta(days=days)]


def _days(delta: timedelta) -> float:
    return delta / timedelta(days=1)


def _profile(mine: Mapping[str, Sequence[Row]], at: datetime) -> dict[str, object]:
    versions = visible(mine.get("customers", []), "updated_at", at)
    if not versions:
        return {"age": None, "value_tier": None, "marketing_consent": None}
    last = max(versions, key=lambda row: (row["updated_at"], row["known_at"]))
    age = None if last["birth_year"] is None else at.year - last["birth_year"]
    consent = None if last["marketing_consent"] is None else float(last["marketing_consent"])
    return {"age": age, "value_tier": last["value_tier"], "marketing_consent": consent}


def _spending(rows: Sequence[Row], at: datetime) -> dict[str, object]:
    spent = [row for row in rows if row["category"] != "repayment"]
    found: dict[str, object] = {}
    for days in (7, 30, 90, 365):
        window = _within(spent, "occurred_at", at, days)
        found[f"spend_{days}d"] = sum(round(row["amount"] * 100) for row in window) / 100
        found[f"spend_count_{days}d"] = sum(1 for row in window if row["amount"] > 0)
    year = _within(spent, "occurred_at", at, 365)
    total = sum(round(row["amount"] * 100) for row in year)
    for category in ("travel", "dining"):
        part = sum(round(row["amount"] * 100) for row in year if row["category"] == category)
        found[f"share_{category}_365d"] = part / total if total > 0 else None
    positive = [row for row in year if row["amount"] > 0]
    found["days_since_spend"] = min((_days(at - row["occurred_at"]) for row in positive), default=None)
    found["category_count_365d"] = len({row["category"] for row in year if row["category"] is not None})
    found["spend_days_90d"] = len(
        {(at - row["occurred_at"]) // timedelta(days=1) for row in spent if at - row["occurred_at"] < timedelta(days=90)}
    )
    sums = Counter()
    for row in _within(spent, "occurred_at", at, 90):
        if row["category"] is not None:
            sums[row["category"]] += round(row["amount"] * 100)
    found["top_category_90d"] = max(sums, key=lambda category: (sums[category], category), default=None)
    return found


def _channels(contacts: Sequence[Row], events: Sequence[Row], at: datetime) -> dict[str, object]:
    touches = [(row["occurred_at"], row["event_id"], row["channel"]) for row in _within(events, "occurred_at", at, 365)]
    touches += [(row["started_at"], row["interaction_id"], row["channel"]) for row in _within(contacts, "started_at", at, 365)]
    recent = sorted(touch for touch in touches if touch[0] >= at - timedelta(days=90))
    done = sum(1 for row in _within(events, "occurred_at", at, 90) if row["event"] == "self_service_done")
    tried = done + sum(1 for row in _within(events, "occurred_at", at, 90) if row["event"] == "self_service_abandoned")
    weights: Counter[str] = Counter()
    newest: dict[str, datetime] = {}
    for moment, _, channel in touches:
        age = at - moment
        weights[channel] += 8 if age <= timedelta(days=7) else 4 if age <= timedelta(days=30) else 2 if age <= timedelta(days=90) else 1
        newest[channel] = max(newest.get(channel, moment), moment)
    return {
        "app_events_30d": sum(1 for row in _within(events, "occurred_at", at, 30) if row["channel"] == "app"),
        "voice_contacts_90d": sum(1 for row in _within(contacts, "started_at", at, 90) if row["channel"] == "voice"),
        "days_since_app": min((_days(at - moment) for moment, _, channel in touches if channel == "app"), default=None),
        "channel_count_90d": len({channel for _, _, channel in recent}),
        "multichannel": float(len({channel for _, _, channel in recent}) > 1),
        "self_service_success_90d": done / tried if tried else None,
        "preferred_channel": max(weights, key=lambda channel: (weights[channel], newest[channel], channel), default=None),
        "likely_next_channel": _next(recent),
    }


def _next(recent: Sequence[tuple[datetime, str, str]]) -> str | None:
    # Touches of one instant follow each other by id.
    if not recent:
        return None
    times: Counter[str] = Counter()
    newest: dict[str, datetime] = {}
    for (moment, _, channel), (_, _, following) in pairwise(recent):
        if channel == recent[-1][2]:
            times[following] += 1
            newest[following] = moment
    return max(times, key=lambda channel: (times[channel], newest[channel], channel), default=None)


def _service(contacts: Sequence[Row], at: datetime) -> dict[str, object]:
    week = [row["contact_reason"] for row in _within(contacts, "started_at", at, 7) if row["contact_reason"] is not None]
    quarter, year = _within(contacts, "started_at", at, 90), _within(contacts, "started_at", at, 365)
    waits = [round(row["wait_seconds"] * 1e6) for row in quarter if row["wait_seconds"] is not None]
    reasons = [row for row in contacts if row["contact_reason"] is not None]
    last = max(reasons, key=lambda row: (row["started_at"], _after(row["interaction_id"])), default=None)
    return {
        "contacts_30d": len(_within(contacts, "started_at", at, 30)),
        "repeat_contacts_7d": len(week) - len(set(week)),
        "wait_mean_90d": sum(waits) / (1e6 * len(waits)) if waits else None,
        "unresolved_90d": sum(1 for row in quarter if row["resolved"] is False),
        "complaints_365d": sum(1 for row in year if row["complaint"]),
        "last_contact_reason": None if last is None else last["contact_reason"],
    }


def _after(identity: str) -> tuple[int, ...]:
    """Of two rows of one instant the one with the smaller id counts as the newer."""
    return tuple(-ord(letter) for letter in identity)


def _proposals(proposals: Sequence[Row], answers: Sequence[Row], at: datetime) -> dict[str, object]:
    news: dict[tuple[object, object], dict[object, datetime]] = {}
    for proposal in proposals:
        key = (proposal["decision_id"], proposal["action_id"])
        of_it = [row for row in answers if (row["decision_id"], row["action_id"]) == key]
        if of_it:
            news[key] = {row["outcome"]: row["occurred_at"] for row in of_it}
    shown = [min(heard.values()) for heard in news.values()]
    yes = [
        max(moment for outcome, moment in heard.items() if outcome in ("accepted", "converted"))
        for heard in news.values()
        if {"accepted", "converted"} & heard.keys() and "cancelled" not in heard
    ]
    no = [heard["declined"] for heard in news.values() if "declined" in heard]
    return {
        "proposals_30d": len(_within(proposals, "proposed_at", at, 30)),
        "presented_30d": sum(1 for moment in shown if moment >= at - timedelta(days=30)),
        "accepted_365d": sum(1 for moment in yes if moment >= at - timedelta(days=365)),
        "declined_30d": sum(1 for moment in no if moment >= at - timedelta(days=30)),
        "days_since_decline": min((_days(at - moment) for moment in no), default=None),
        "days_since_proposal": min((_days(at - row["proposed_at"]) for row in proposals), default=None),
        "opted_out": float(any("opted_out" in heard for heard in news.values())),
    }
