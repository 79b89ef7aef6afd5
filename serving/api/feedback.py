"""Was it helpful? Said of a script, of an answer, of a piece of advice; kept, and read by whoever writes the playbook."""

from collections.abc import Callable, Mapping
from typing import Literal

import orjson
from fastapi import APIRouter, HTTPException, Response
from pydantic import Field

from playbooks.schema.playbook import Playbook
from serving.api.auth import Served, Witness
from serving.api.bodies import Id, Strict, Text
from serving.api.once import Kept
from serving.ids import Ids
from serving.records.decisions import find_decision
from serving.records.lines import Line
from serving.records.tables import FEEDBACK
from serving.records.writer import Work

router = APIRouter(prefix="/v1/feedback", tags=["words"])
_ids = Ids("fb")


class FeedbackBody(Strict):
    """id: of the script, of the article or procedure, or of the decision that advised; decision_id: where a script or an answer was used."""

    about: Literal["script", "answer", "advice"]
    id: Id
    helpful: bool = Field(strict=True)
    comment: Text | None = None
    decision_id: Id | None = None


_KNOWN: Mapping[str, Callable[[Playbook], frozenset[str]]] = {
    "script": lambda book: frozenset(script.script_id for action in book.actions.values() for script in action.scripts),
    "answer": lambda book: frozenset(book.articles) | frozenset(book.sops),
}


@router.post("", status_code=201)
async def give(body: FeedbackBody, service: Served, principal: Witness, kept: Kept) -> Response:
    """Answered once it is on disk. What is not there is a 404 that names it."""
    decision_id = body.id if body.about == "advice" else body.decision_id
    if decision_id is not None:
        find_decision(service.store, principal.tenant, decision_id)
    if body.about != "advice" and body.id not in _KNOWN[body.about](service.playbook(principal.tenant)):
        raise HTTPException(
            404, f"the playbook has no {body.about} {body.id!r}; GET /v1/{'scripts' if body.about == 'script' else 'knowledge'} finds it"
        )
    feedback_id = _ids()
    values = {
        "feedback_id": feedback_id,
        "tenant": principal.tenant,
        "at": service.clock.now(),
        "given_by": principal.key_id,
        "about": body.about,
        "subject": body.id,
        "helpful": body.helpful,
        "comment": body.comment,
        "decision_id": decision_id,
    }
    return await kept.answer(Work([Line(FEEDBACK, values)]), 201, orjson.dumps({"feedback_id": feedback_id}))
