"""Releases of the playbook: approval by another person, publishing, rolling back, and who did what when."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from playbooks.errors import StepNotAllowed
from playbooks.schema.script import wordings
from playbooks.versions.kept import Release
from playbooks.versions.publishing import Term, history, publish, roll_back
from playbooks.versions.steps import approve, send_back
from serving.api.auth import Approver, BookReader, Served
from serving.api.bodies import Strict
from serving.api.playbooks import Note, draft_body, hand_of
from serving.decision.beliefs import Answers, Beliefs, Key

router = APIRouter(prefix="/v1/playbooks", tags=["playbooks"])


class ApprovalBody(Strict):
    """approved false sends the draft back; the note then says what to mend."""

    approved: bool = True
    note: Note = ""


class PublishBody(Strict):
    """begins: when it takes effect, at once without; until: when it gives way to the version before, never without."""

    begins: AwareDatetime | None = None
    until: AwareDatetime | None = None
    note: Note = ""


class RollbackBody(Strict):
    """version: the number to go back to; without one, the version before the present one."""

    version: Annotated[int, Field(ge=1)] | None = None
    note: Note = ""


def release_body(release: Release) -> dict[str, object]:
    return asdict(release)


@router.post("/drafts/{draft_id}/approval")
def judge(draft_id: str, body: ApprovalBody, service: Served, principal: Approver) -> dict[str, object]:
    """Say yes or no to a draft in review. Nobody approves words of their own."""
    if not body.approved and not body.note:
        raise StepNotAllowed("a draft is sent back with a reason; give a note")
    step = approve if body.approved else send_back
    return draft_body(step(service.books.shelf(principal.tenant), draft_id, hand_of(service, principal), body.note))


@router.post("/drafts/{draft_id}/publish", status_code=201)
def publish_one(draft_id: str, body: PublishBody, service: Served, principal: Approver) -> dict[str, object]:
    """Make an approved draft the next version, now or at a time. Every worker takes it up within 2 s."""
    shelf, term = service.books.shelf(principal.tenant), Term(body.begins, body.until)
    return release_body(publish(shelf, draft_id, hand_of(service, principal), term, body.note))


@router.post("/rollback", status_code=201)
def go_back(body: RollbackBody, service: Served, principal: Approver) -> dict[str, object]:
    """Let an earlier version rule again, at once."""
    return release_body(roll_back(service.books.shelf(principal.tenant), body.version, hand_of(service, principal), body.note))


@router.get("/history")
def tell_history(service: Served, principal: BookReader) -> dict[str, object]:
    """Every version with its author, its approver and its standing; every release; and what this worker decides with."""
    told = history(service.books.shelf(principal.tenant), service.books.now())
    playbook = service.playbook(principal.tenant)
    return {
        "playbook_id": playbook.playbook_id,
        "served_version": playbook.version,
        "versions": [asdict(version) | {"standing": standing} for version, standing in told.versions],
        "releases": [release_body(release) for release in told.releases],
    }


@router.get("/versions/{number}")
def read_version(number: int, service: Served, principal: BookReader) -> dict[str, object]:
    """One version with all its files."""
    with service.books.shelf(principal.tenant).open() as opened:
        version, contents = opened.version(number), opened.version_contents(number)
    return asdict(version) | {"files": {name: body.decode() for name, body in contents.items()}}


@router.get("/styles")
def tell_styles(service: Served, principal: BookReader) -> dict[str, object]:
    """What customers answered to each style, and to each wording where a style has several for one talk, in each segment of talks; and what that makes of the choice (S1, L3)."""
    beliefs, book = service.styles.of(principal.tenant), service.playbook(principal.tenant)
    several = [tuple(one.script_id for one in group) for action in book.actions.values() for group in wordings(action.scripts)]
    return {"segments": [_segment(beliefs, name, book.styles, several) for name in sorted({segment for segment, _ in beliefs.answers})]}


def _segment(beliefs: Beliefs, segment: str, styles: tuple[str, ...], several: list[tuple[str, ...]]) -> dict[str, object]:
    """Wordings of which nobody heard any here are left out."""
    heard = [group for group in several if any((segment, script_id) in beliefs.wordings for script_id in group)]
    return {
        "segment": segment,
        "weight": beliefs.weight(segment, styles),
        "styles": _believed("style", styles, beliefs.best(segment, styles), beliefs.answers, segment),
        "wordings": [_believed("script_id", group, beliefs.best_wording(segment, group), beliefs.wordings, segment) for group in heard],
    }


def _believed(
    name: str, options: tuple[str, ...], best: tuple[float, ...], answers: Mapping[Key, Answers], segment: str
) -> list[dict[str, object]]:
    told = [asdict(answers.get((segment, option), Answers())) for option in options]
    return [{name: option, "best": chance, **counted} for option, chance, counted in zip(options, best, told, strict=True)]
