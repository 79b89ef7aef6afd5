"""What is known of a customer, for whoever serves them: habits, channels, where they have been, mood, and what is off."""

from dataclasses import asdict
from datetime import datetime
from math import isnan

import orjson
from fastapi import APIRouter, HTTPException, Response

from features.customer import CustomerFeatures, HistoryEvent
from features.views import VIEWS
from serving.access.masking import Section, seen_by
from serving.api.auth import CustomerReader, Served
from serving.decision.gates import Permission
from serving.decision.past import merge
from serving.decision.suppression import suppressions
from serving.service import Service

router = APIRouter(prefix="/v1/customers", tags=["customers"])
MOODS = ((0.5, "unhappy"), (0.25, "uneasy"), (0.0, "content"))
"""From this score of dissatisfaction (0..1) on; half is where a style warms and the views' own text says 'mend before selling'."""
_PAGES = {
    Section.PERSON: ("profile",),
    Section.HABITS: ("spending", "attributes"),
    Section.CHANNELS: ("channel_usage",),
    Section.SERVICE: ("service_history",),
    Section.PROPOSALS: ("proposal_history",),
}
_MOOD = ("dissatisfaction", "sentiment_last", "sentiment_mean_90d", "csat_last", "nps_last", "complaints_90d", "unresolved_90d")
Values = dict[str, float | str | None]


@router.get("/{customer_id}")
async def read(customer_id: str, service: Served, principal: CustomerReader) -> Response:
    """Sections by role: an agent from outside sees the trail, the mood as a word and what is off. 404 for a customer nobody told us of."""
    at = service.clock.now()
    customer = service.customers.read(customer_id, at)
    live = merge(*(service.history.recent(service.tenant, who) for who in customer.ids or (customer_id,)))
    if not customer.known and not customer.trail and not live:
        raise HTTPException(404, f"no customer {customer_id!r}; send a row of the table customers, contacts or channel_events first")
    sections = seen_by(principal.role)
    page = _page(customer, merge(live, customer.history), service, at, sections)
    return Response(orjson.dumps(page), media_type="application/json")


def _page(
    customer: CustomerFeatures, events: list[HistoryEvent], service: Service, at: datetime, sections: frozenset[Section]
) -> dict[str, object]:
    values = _values(customer)
    page: dict[str, object] = {
        "customer_id": customer.customer_id,
        "known": customer.known,
        "at": at,
        "value_tier": values.get("value_tier"),
        "language": values.get("customer_language"),
        "preferred_channel": values.get("preferred_channel"),
        "masked": sorted(frozenset(Section) - sections),
    }
    if Section.PERSON in sections:
        page |= {"person_id": customer.person_id, "ids": customer.ids or (customer.customer_id,)}
    for section, views in _PAGES.items():
        if section in sections:
            page[section.value] = {name: values[name] for view in views for name in _names(view) if name in values}
    if Section.MOOD in sections:
        page["mood"] = _mood(values, figures=Section.SERVICE in sections)
    if Section.TRAIL in sections:
        page["trail"] = [asdict(step) for step in customer.trail]
    if Section.SUPPRESSIONS in sections:
        book = service.books.of(service.tenant)
        allows = Permission(*(customer.number(name) if name in values else float("nan") for name in ("marketing_consent", "opted_out")))
        page["suppressions"] = [asdict(one) for one in suppressions(book, events, allows, at, book.playbook.languages[0])]
    return page


def _values(customer: CustomerFeatures) -> Values:
    """Every feature by name, missing None; flags and counts are numbers as the views give them."""
    numbers = {
        name: None if isnan(value) else value for name, value in zip(customer.schema.numbers, customer.numbers.tolist(), strict=True)
    }
    return numbers | dict(zip(customer.schema.texts, customer.texts, strict=True))


def _names(view_name: str) -> list[str]:
    return [field.name for view in VIEWS if view.name == view_name for field in view.fields]


def _mood(values: Values, *, figures: bool) -> dict[str, object]:
    score = values.get("dissatisfaction")
    word = next((word for least, word in MOODS if isinstance(score, float) and score >= least), "unknown")
    return {"word": word} | ({name: values.get(name) for name in _MOOD} if figures else {})
