"""People with a calendar, and what they do to a shelf."""

from datetime import UTC, datetime, timedelta

from playbooks.versions.drafting import Hand, open_draft, write_files
from playbooks.versions.kept import Draft, Release
from playbooks.versions.publishing import Term, publish
from playbooks.versions.shelf import Shelf
from playbooks.versions.steps import approve, check, submit

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ACTION = "actions/bill_instalment.yaml"
KNOWN = frozenset({"customer.marketing_consent", "customer.spend_90d"})


def hand(name: str, hours: float = 0) -> Hand:
    return Hand(name, START + timedelta(hours=hours))


def edited(shelf: Shelf, draft: Draft, before: str, after: str, who: Hand, file: str = ACTION, seen: int | None = None) -> Draft:
    with shelf.open() as opened:
        text = opened.draft_contents(draft.draft_id)[file].decode()
    assert before in text
    return write_files(
        shelf, draft.draft_id, {file: text.replace(before, after, 1).encode()}, who, draft.revision if seen is None else seen
    ).draft


def priced(shelf: Shelf, value: int, hours: float = 1) -> Draft:
    """A draft of anna's with another value of the instalment, approved by ben."""
    draft = open_draft(shelf, hand("anna", hours), f"value {value}")
    with shelf.open() as opened:
        text = opened.draft_contents(draft.draft_id)[ACTION].decode()
    line = next(line for line in text.splitlines() if line.startswith("value: "))
    edited(shelf, draft, line, f"value: {value}", hand("anna", hours))
    check(shelf, draft.draft_id, hand("anna", hours), KNOWN)
    submit(shelf, draft.draft_id, hand("anna", hours))
    return approve(shelf, draft.draft_id, hand("ben", hours))


def published(shelf: Shelf, value: int, hours: float = 1, term: Term | None = None) -> Release:
    draft = priced(shelf, value, hours)
    return publish(shelf, draft.draft_id, hand("ben", hours), term or Term())


def value_at(shelf: Shelf, hours: float) -> float:
    """What the instalment is worth to the version that rules then."""
    ruling = shelf.ruling(START + timedelta(hours=hours))
    assert ruling is not None
    return shelf.load(ruling.version).actions["bill_instalment"].value
