"""Why a decision proposed an action, or why not."""

from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, HTTPException, Query, Response

from serving.api.auth import Reader, Served, is_outside
from serving.decision.explanation import Explanation, Moved, explain
from serving.decision.explanation_case import Case
from serving.decision.explanation_change import Obstacle
from serving.decision.explanation_names import called
from serving.decision.explanation_words import change_in_words, for_agent, for_analyst, for_customer
from serving.records.cases import find_case
from serving.records.decisions import find_decision

router = APIRouter(prefix="/v1/decisions", tags=["decisions"])


@router.get("/{decision_id}/explanation")
async def explanation(
    decision_id: str,
    service: Served,
    principal: Reader,
    action_id: Annotated[str | None, Query(description="An action of the decision; without it the one that stood first.")] = None,
) -> Response:
    """The funnel, the factors, what moved the propensity, the nearest change; told to an agent, an analyst and the customer.

    An agent from outside is told where each action fell, and no values of the customer.
    """
    kept = find_decision(service.store, principal.tenant, decision_id)
    case = find_case(service.store, principal.tenant, kept)
    playbook = service.books.then(principal.tenant, case.playbook_version)
    action = playbook.actions.get(_asked(case, action_id))
    if action is None:
        raise HTTPException(
            404, f"action {action_id!r} of decision {decision_id} is no longer in the playbook; publish it again to have it explained"
        )
    told = explain(case, playbook, action, service.scorer(case.model_version))
    return Response(
        orjson.dumps(_body(told, case, ZoneInfo(playbook.timezone), outside=is_outside(principal))), media_type="application/json"
    )


def _asked(case: Case, action_id: str | None) -> str:
    known = case.action_ids()
    if action_id is None and known:
        return case.shown[0].action_id if case.shown else known[0]
    if action_id not in known:
        raise HTTPException(404, f"decision {case.decision_id} knows no action {action_id!r}; it looked at {', '.join(known) or 'none'}")
    return str(action_id)


def _body(told: Explanation, case: Case, zone: ZoneInfo, *, outside: bool) -> dict[str, object]:
    about: dict[str, object] = {
        "decision_id": case.decision_id,
        "action_id": told.action_id,
        "title": told.title,
        "language": case.language,
        "decided_at": case.at,
        "group": case.group,
        "playbook_version": case.playbook_version,
        "model_version": case.model_version,
        "won": told.won,
        "funnel": _funnel(told, outside=outside),
    }
    words: dict[str, object] = {"agent": for_agent(told, case, zone), "customer": for_customer(told, case)}
    if outside:
        return about | {"tellings": words}
    return about | {
        "components": _price(told),
        "features": [_feature(one, case.language) for one in told.moved],
        "nearest_change": _nearest(told, case.language),
        "tellings": words | {"analyst": for_analyst(told)},
    }


def _funnel(told: Explanation, *, outside: bool) -> dict[str, object]:
    actions = [asdict(place) for place in told.funnel.actions]
    if outside:
        for place in actions:
            del place["values"]
    return {"stages": [asdict(station) for station in told.funnel.stations], "actions": actions}


def _price(told: Explanation) -> dict[str, object] | None:
    """The factors of the contract, side by side with what the propensity was made of."""
    if told.price is None:
        return None
    price = asdict(told.price)
    factors: dict[str, object] = price.pop("components")
    return factors | price


def _feature(moved: Moved, language: str) -> dict[str, object]:
    return asdict(moved) | {"name": called(moved.feature, language)}


def _nearest(told: Explanation, language: str) -> dict[str, object]:
    """For an action that fell: every rule in its way with the change that opens it. For one that was ranked: the factor nearest to changing places."""
    return {"obstacles": [_obstacle(one, language) for one in told.obstacles], "price": None if told.gap is None else asdict(told.gap)}


def _obstacle(obstacle: Obstacle, language: str) -> dict[str, object]:
    changes = [asdict(change) | {"text": change_in_words(change, language)} for change in obstacle.changes]
    return {"stage": obstacle.stage, "policy_id": obstacle.policy_id, "changes": changes}
