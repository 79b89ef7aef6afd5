"""Figures for those who run the centre, and the audit trail for those who watch over it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from playbooks.schema.playbook import Playbook
from serving.api.auth import Analyst, Auditor, Served
from serving.decision.lift import lift_of
from serving.records.audit import Wanted, read_audit
from serving.records.insights import Fate, Period, fates, shares
from serving.records.style_shares import Groups, gaps, styles_heard
from serving.records.trials import trials_of
from serving.service import Service

router = APIRouter(prefix="/v1/insights", tags=["insights"])
DEFAULT_DAYS = 30
By = Literal["action", "channel", "style", "script"]
FROM_WORDS = frozenset({"style", "script"})
_KEYS: Mapping[By, Callable[[Fate], str | None]] = {
    "action": lambda fate: fate.action_id,
    "channel": lambda fate: fate.channel,
    "style": lambda fate: fate.style,
    "script": lambda fate: fate.script_id,
}
Time = Annotated[AwareDatetime | None, Query(description="ISO 8601 with offset.")]


def _period(service: Service, since: AwareDatetime | None, until: AwareDatetime | None) -> Period:
    end = until or service.latest()
    return Period(since or end - timedelta(days=DEFAULT_DAYS), end)


@router.get("/actions")
def actions(service: Served, principal: Analyst, by: By = "action", since: Time = None, until: Time = None) -> dict[str, object]:
    """Presented, accepted, converted, value and cost, of decisions of the last 30 days or the period given; and the lift over the control group."""
    period = _period(service, since, until)
    told = list(fates(service.store, principal.tenant, period, scripts=by in FROM_WORDS))
    playbook = service.playbook(principal.tenant)
    groups: dict[str | None, list[Fate]] = {}
    for fate in told:
        groups.setdefault(_KEYS[by](fate), []).append(fate)
    rows = [{by: key} | _figures(members, playbook) for key, members in sorted(groups.items(), key=lambda item: str(item[0]))]
    return {
        "since": period.since,
        "until": period.until,
        "by": by,
        "currency": playbook.currency,
        "rows": rows,
        "total": _figures(told, playbook),
        "lift": _lift(service, principal.tenant, period, told),
    }


def _figures(members: list[Fate], playbook: Playbook) -> dict[str, object]:
    """Money in the tenant's currency. value: of what was converted, as reported, else as the playbook says; cost: of every proposal made."""
    counts = Counter(outcome for fate in members for outcome in fate.outcomes)
    accepted = sum(fate.accepted for fate in members)
    value = sum(_value(fate, playbook) for fate in members if fate.accepted and "converted" in fate.outcomes)
    cost = sum(_cost(fate, playbook) for fate in members)
    return {
        "presented": len(members),
        "accepted": accepted,
        "acceptance_rate": accepted / len(members) if members else None,
        **{name: counts[name] for name in ("declined", "deferred", "converted", "cancelled", "opted_out")},
        "value": value,
        "cost": cost,
        "net": value - cost,
    }


def _value(fate: Fate, playbook: Playbook) -> float:
    action = playbook.actions.get(fate.action_id)
    return fate.value if fate.value is not None else action.value if action else 0.0


def _cost(fate: Fate, playbook: Playbook) -> float:
    action, channel = playbook.actions.get(fate.action_id), playbook.channels.get(fate.channel)
    return (action.cost if action else 0.0) + (channel.cost if channel else 0.0)


def _lift(service: Service, tenant: str, period: Period, told: list[Fate]) -> dict[str, object]:
    """The lift itself is given only where the interval leaves out 0."""
    test, control = shares(service.store, tenant, period, told)
    lift = asdict(lift_of(test, control))
    if not lift["shown"]:
        lift["value"] = None
    return lift | {"test": asdict(test), "control": asdict(control), "unit": "customer and month"}


@router.get("/trials")
def trials(service: Served, principal: Analyst, since: Time = None, until: Time = None) -> dict[str, object]:
    """Each wording on trial beside the one that stands: how many proposals of how many customers were accepted, and whether the figures can tell them apart."""
    period = _period(service, since, until)
    told = trials_of(fates(service.store, principal.tenant, period, scripts=True))
    return {"since": period.since, "until": period.until, "trials": [asdict(one) for one in told]}


@router.get("/styles")
def styles(service: Served, principal: Analyst, by: Groups = "gender", since: Time = None, until: Time = None) -> dict[str, object]:
    """In which style each group of customers was advised where there was a choice, and which groups are far apart (fairness of S1). The newest 50,000 decisions at most."""
    period = _period(service, since, until)
    heard = styles_heard(service.store, principal.tenant, period, by)
    return {
        "since": period.since,
        "until": period.until,
        "by": by,
        "groups": [
            {
                "group": group,
                "decisions": styles.total(),
                "shares": {style: count / styles.total() for style, count in sorted(styles.items())},
            }
            for group, styles in sorted(heard.items())
        ],
        "styles": [asdict(one) | {"ratio": one.ratio, "far_apart": one.far_apart} for one in gaps(heard)],
    }


@router.get("/audit")
def audit(
    service: Served,
    principal: Auditor,
    who: Annotated[str | None, Query(max_length=200, description="Key id or token subject.")] = None,
    deed: Annotated[str | None, Query(max_length=200, description="How the deed begins, such as `GET /v1/customers`.")] = None,
    since: Time = None,
    until: Time = None,
    before: Annotated[int | None, Query(ge=1, description="Only older than this `seq`: the way to the next page.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    *,
    refused: Annotated[bool, Query(description="Only what was refused or failed.")] = False,
) -> dict[str, object]:
    """Who did what, in which role, and how it ended; the newest first."""
    wanted = Wanted(who, deed, refused, since, until, before)
    return {"entries": list(read_audit(service.store, principal.tenant, wanted, limit))}
