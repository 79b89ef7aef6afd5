"""Answers in the customer's words and step-by-step procedures, found by words."""

from fastapi import APIRouter

from playbooks.schema.knowledge import SopStep
from playbooks.schema.playbook import Playbook
from playbooks.schema.words import Text
from playbooks.search import Entry, Found
from serving.api.auth import Searcher, Served
from serving.api.declared import check_language
from serving.api.scripts import Limit, Name, Words
from serving.decision.wording import said

router = APIRouter(prefix="/v1/knowledge", tags=["words"])
GUIDANCE: Text = {
    "en": "No ready answer fits. Say back what the customer wants, ask for one detail that is missing, and promise a time; then hand over to a "
    "specialist or offer to call back. Tell us with POST /v1/feedback what was asked.",
    "zh": "没有现成的答案。请先复述客户的需求，再问清一个缺少的细节，并承诺答复时间；然后转接专员或预约回电。请通过反馈告诉我们客户问了什么。",
}
"""Off the map (S7): guidance, never just an apology."""


@router.get("")
def find(service: Served, principal: Searcher, q: Words = "", language: Name = None, limit: Limit = 10) -> dict[str, object]:
    """Articles and procedures that are valid now, the best first. When nothing is found, `guidance` says what to do instead."""
    playbook = service.playbook(principal.tenant)
    check_language(playbook, language)
    search, at = service.finder.of(playbook), service.clock.now()
    found = [one for kind in ("article", "sop") for one in search.find(q, kind=kind, language=language, at=at, limit=limit)]
    best = sorted(found, key=lambda one: -one.score)[:limit]
    guidance = None if best else said(GUIDANCE, language or playbook.languages[0])
    return {"q": q, "results": [_body(playbook, one) for one in best], "guidance": guidance}


def _body(playbook: Playbook, found: Found) -> dict[str, object]:
    entry = found.entry
    body: dict[str, object] = {
        "kind": entry.kind,
        "id": entry.entry_id,
        "language": entry.language,
        "title": entry.title,
        "score": found.score,
    }
    return body | (_article(playbook, entry) if entry.kind == "article" else _sop(playbook, entry))


def _article(playbook: Playbook, entry: Entry) -> dict[str, object]:
    return {"text": entry.text, "contact_reasons": sorted(playbook.articles[entry.entry_id].contact_reasons)}


def _sop(playbook: Playbook, entry: Entry) -> dict[str, object]:
    steps = [_step(step, entry.language) for step in playbook.sops[entry.entry_id].steps]
    return {"text": entry.text, "steps": steps}


def _step(step: SopStep, language: str) -> dict[str, object]:
    """One level, with those that unfold under it."""
    return {
        "title": said(step.title, language),
        "text": said(step.text, language),
        "steps": [_step(one, language) for one in step.children],
    }
