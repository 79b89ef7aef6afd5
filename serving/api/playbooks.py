"""Playbooks: drafts, what they would change and whether they may be published."""

from dataclasses import asdict
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query
from pydantic import Field, FiniteFloat, JsonValue

from playbooks.errors import VersionNotFound
from playbooks.lint.run import has_errors
from playbooks.preview import Wanted, preview
from playbooks.versions.drafting import Hand, Written, bring_up_to_date, drop, open_draft, set_value, write_files
from playbooks.versions.kept import Draft
from playbooks.versions.publishing import take_over
from playbooks.versions.shelf import Shelf
from playbooks.versions.steps import changes_of, check, submit
from playbooks.writing.wording import Value
from serving.api.auth import BookReader, BookWriter, Editor, Served
from serving.api.bodies import Id, Strict
from serving.records.keys import Principal
from serving.service import Service

router = APIRouter(prefix="/v1/playbooks", tags=["playbooks"])
Note = Annotated[str, Field(max_length=2000)]


class Opening(Strict):
    note: Note = ""


class FileBody(Strict):
    """text is the whole file; revision is that of the draft when it was read."""

    text: Annotated[str, Field(max_length=600_000)]
    revision: Annotated[int, Field(ge=0)]


class ValueBody(Strict):
    """path: keys, and numbers or ids of list items, joined by dots. value: null takes it out. revision is that of the draft when it was read."""

    path: Annotated[str, Field(min_length=1, max_length=500)]
    value: JsonValue
    revision: Annotated[int, Field(ge=0)]


class PreviewBody(Strict):
    """values by variable take the place of the examples; null leaves a variable out."""

    action_id: Id
    channel: str | None = None
    language: str | None = None
    style: str | None = None
    experience: Literal["newcomer", "expert"] | None = None
    values: Annotated[dict[str, FiniteFloat | str | None], Field(default_factory=dict)]


class UpdateBody(Strict):
    """keep: files with conflicts in which the draft's text stands."""

    keep: Annotated[list[str], Field(default_factory=list)]


def hand_of(service: Service, principal: Principal) -> Hand:
    return Hand(principal.key_id, service.books.now())


def draft_shelf(service: Service, principal: Principal, draft_id: str) -> Shelf:
    """The shelf, for somebody who may write this draft: an agent writes only what the agent proposed."""
    shelf = service.books.shelf(principal.tenant)
    if principal.role == "agent":
        with shelf.open() as opened:
            author = opened.draft(draft_id).author
        if author != principal.key_id:
            raise VersionNotFound(f"no draft {draft_id!r} of yours; an agent writes only the agent's own proposals")
    return shelf


def draft_body(draft: Draft) -> dict[str, object]:
    return asdict(draft) | {"writers": sorted(draft.writers), "approved_by": draft.approved_by}


def written_body(written: Written) -> dict[str, object]:
    """merged: files that now hold what others wrote as well; read them again before writing on."""
    return draft_body(written.draft) | {"merged": sorted(written.merged)}


@router.post("/drafts", status_code=201)
def open_one(body: Opening, service: Served, principal: BookWriter) -> dict[str, object]:
    """A draft with the files of the version that rules. The first one ever also keeps the served folder as version 1, to go back to."""
    shelf, hand = service.books.shelf(principal.tenant), hand_of(service, principal)
    if shelf.ruling(hand.at) is None:
        take_over(shelf, service.books.first.contents, hand, "the book as it was served before there were versions")
    return draft_body(open_draft(shelf, hand, body.note))


@router.get("/drafts")
def list_all(service: Served, principal: BookReader) -> dict[str, object]:
    with service.books.shelf(principal.tenant).open() as opened:
        drafts = [opened.draft(draft_id) for draft_id in opened.draft_ids()]
    return {"drafts": [draft_body(draft) for draft in drafts]}


@router.get("/drafts/{draft_id}")
def read_one(draft_id: str, service: Served, principal: BookReader) -> dict[str, object]:
    """The draft and the names of its files."""
    with service.books.shelf(principal.tenant).open() as opened:
        draft, files = opened.draft(draft_id), sorted(opened.draft_contents(draft_id))
    return draft_body(draft) | {"files": files}


@router.get("/drafts/{draft_id}/changes")
def tell_changes(draft_id: str, service: Served, principal: BookReader) -> dict[str, object]:
    """In words, what the draft changes in the version it was opened from. A draft that cannot be read is a 422 with every finding."""
    return {"changes": [asdict(change) for change in changes_of(service.books.shelf(principal.tenant), draft_id)]}


@router.get("/drafts/{draft_id}/files/{name:path}")
def read_file(draft_id: str, name: str, service: Served, principal: BookReader) -> dict[str, object]:
    with service.books.shelf(principal.tenant).open() as opened:
        draft, body = opened.draft(draft_id), opened.draft_contents(draft_id).get(name)
    if body is None:
        raise VersionNotFound(f"draft {draft_id} has no file {name!r}; GET /v1/playbooks/drafts/{draft_id} lists its files")
    return {"file": name, "revision": draft.revision, "text": body.decode("utf-8", "replace")}


@router.put("/drafts/{draft_id}/files/{name:path}")
def write_file(draft_id: str, name: str, body: FileBody, service: Served, principal: BookWriter) -> dict[str, object]:
    """Put one file into the draft. What others changed after `revision` stays as well; where it is the same value, a 409 with `conflicts`."""
    shelf = draft_shelf(service, principal, draft_id)
    return written_body(write_files(shelf, draft_id, {name: body.text.encode()}, hand_of(service, principal), body.revision))


@router.patch("/drafts/{draft_id}/files/{name:path}")
def change_value(draft_id: str, name: str, body: ValueBody, service: Served, principal: BookWriter) -> dict[str, object]:
    """Set one value of a file, say the text of a step; comments, order and quotes stay as they are. A 409 as for the whole file."""
    shelf, value = draft_shelf(service, principal, draft_id), cast("Value | None", body.value)
    return written_body(set_value(shelf, draft_id, name, body.path, value, hand_of(service, principal), body.revision))


@router.delete("/drafts/{draft_id}/files/{name:path}")
def remove_file(
    draft_id: str, name: str, revision: Annotated[int, Query(ge=0)], service: Served, principal: BookWriter
) -> dict[str, object]:
    shelf = draft_shelf(service, principal, draft_id)
    return written_body(write_files(shelf, draft_id, {name: None}, hand_of(service, principal), revision))


@router.delete("/drafts/{draft_id}")
def drop_one(draft_id: str, service: Served, principal: BookWriter) -> dict[str, object]:
    return draft_body(drop(draft_shelf(service, principal, draft_id), draft_id, hand_of(service, principal), ""))


@router.post("/drafts/{draft_id}/validation")
def validate(draft_id: str, service: Served, principal: BookWriter) -> dict[str, object]:
    """Every finding of every rule. Without an error the draft is `checked` and can go to review."""
    shelf = draft_shelf(service, principal, draft_id)
    checked = check(shelf, draft_id, hand_of(service, principal), service.known_fields())
    findings = [asdict(one) for one in checked.findings]
    return {"publishable": not has_errors(list(checked.findings)), "draft": draft_body(checked.draft), "findings": findings}


@router.post("/drafts/{draft_id}/preview")
def show(draft_id: str, body: PreviewBody, service: Served, principal: BookReader) -> dict[str, object]:
    """The scripts of an action as an agent would see them, with example values."""
    playbook = service.books.shelf(principal.tenant).load_draft(draft_id)
    wanted = Wanted(body.channel, body.language, body.style, body.experience)
    return {"scripts": [asdict(one) for one in preview(playbook, body.action_id, wanted, body.values)]}


@router.post("/drafts/{draft_id}/update")
def update(draft_id: str, body: UpdateBody, service: Served, principal: BookWriter) -> dict[str, object]:
    """Put the draft on top of what was published since it was opened. A 409 with `conflicts` where both changed one value."""
    shelf = draft_shelf(service, principal, draft_id)
    return draft_body(bring_up_to_date(shelf, draft_id, hand_of(service, principal), frozenset(body.keep)))


@router.post("/drafts/{draft_id}/review")
def send_to_review(draft_id: str, body: Opening, service: Served, principal: Editor) -> dict[str, object]:
    """A manager vouches that a checked draft is worth the approver's time."""
    return draft_body(submit(service.books.shelf(principal.tenant), draft_id, hand_of(service, principal), body.note))
