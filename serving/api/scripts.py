"""Scripts, found by words or looked through by action, channel and language."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script
from serving.api.auth import Searcher, Served
from serving.api.declared import check_action, check_channel, check_language
from serving.decision.wording import said

router = APIRouter(prefix="/v1/scripts", tags=["words"])
Words = Annotated[str, Query(max_length=200, description="Words in Chinese, English or pinyin.")]
Limit = Annotated[int, Query(ge=1, le=50)]
Name = Annotated[str | None, Query(max_length=200)]


@router.get("")
def find(
    service: Served,
    principal: Searcher,
    q: Words = "",
    action_id: Name = None,
    channel: Name = None,
    language: Name = None,
    limit: Limit = 10,
) -> dict[str, object]:
    """Scripts of actions that are valid now, the best first. Without words, every one that fits the rest, in the book's order."""
    playbook, at = service.playbook(principal.tenant), service.clock.now()
    check_action(playbook, action_id)
    check_channel(playbook, channel)
    check_language(playbook, language)
    if q.strip():
        search = service.finder.of(playbook)
        found = search.find(q, kind="script", language=language, channel=channel, action_id=action_id, at=at, limit=limit)
        scripts = {script.script_id: script for action in playbook.actions.values() for script in action.scripts}
        results = [script_body(playbook, scripts[one.entry.entry_id]) | {"score": one.score} for one in found]
    else:
        fitting = (script for script in _valid(playbook, at) if _fits(script, action_id, channel, language))
        results = [script_body(playbook, script) for script, _ in zip(fitting, range(limit), strict=False)]
    return {"q": q, "results": results}


def _valid(playbook: Playbook, at: datetime) -> list[Script]:
    return [script for action in playbook.actions.values() if action.valid_at(at) for script in action.scripts]


def _fits(script: Script, action_id: str | None, channel: str | None, language: str | None) -> bool:
    return (
        (action_id is None or script.action_id == action_id)
        and (channel is None or not script.channels or channel in script.channels)
        and (language is None or script.language == language)
    )


def script_body(playbook: Playbook, script: Script) -> dict[str, object]:
    """A script as it is written; `{{ variable }}` is filled in where a decision says it."""
    steps = [{"stage": step.stage.value, "text": step.text, "seconds": step.seconds, "says": step.says} for step in script.steps]
    action = playbook.actions[script.action_id]
    wanted = dict.fromkeys((*action.disclosures, *script.disclosures))
    return {
        "script_id": script.script_id,
        "action_id": script.action_id,
        "title": said(action.title, script.language),
        "language": script.language,
        "style": script.style,
        "channels": sorted(script.channels or playbook.channels),
        "when": script.when.source if script.when else None,
        "trial": script.trial,
        "steps": steps,
        "disclosures": [said(playbook.disclosures[name], script.language) for name in wanted],
        "spoken_seconds": script.spoken_seconds,
    }
