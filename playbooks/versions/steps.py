"""From a draft to an approval: checked by the rules, sent to review, approved by another person."""

from dataclasses import dataclass, replace

from playbooks.diff.compare import Change, compare
from playbooks.errors import OwnWords, StepNotAllowed
from playbooks.lint.finding import Finding
from playbooks.lint.run import has_errors, lint_contents
from playbooks.load import load_contents
from playbooks.versions.drafting import MOST_NOTE, Hand
from playbooks.versions.kept import Draft, State, Step
from playbooks.versions.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Checked:
    """The draft as it stands after the check, and everything that was found."""

    draft: Draft
    findings: tuple[Finding, ...]


def check(shelf: Shelf, draft_id: str, hand: Hand, known_fields: frozenset[str] | None) -> Checked:
    """Run every rule over a draft. Without an error it is `checked`; a draft in review or approved stays where it is."""
    with shelf.open() as opened:
        draft, contents = opened.draft(draft_id), opened.draft_contents(draft_id)
        found = lint_contents(f"draft {draft_id}", contents, known_fields, hand.at)
        if draft.state is State.DRAFT and not has_errors(found):
            draft = _stepped(draft, State.CHECKED, Step("checked", hand.by, hand.at))
            opened.keep_draft(draft, {})
    return Checked(draft, tuple(found))


def submit(shelf: Shelf, draft_id: str, hand: Hand, note: str = "") -> Draft:
    """Ask another person to look at a checked draft."""
    return _step(shelf, draft_id, State.CHECKED, State.IN_REVIEW, Step("sent to review", hand.by, hand.at, note))


def approve(shelf: Shelf, draft_id: str, hand: Hand, note: str = "") -> Draft:
    """Raises OwnWords for everybody whose words are in the draft."""
    return _step(shelf, draft_id, State.IN_REVIEW, State.APPROVED, Step("approved", hand.by, hand.at, note))


def send_back(shelf: Shelf, draft_id: str, hand: Hand, note: str) -> Draft:
    """Not like this; `note` says what to mend."""
    return _step(shelf, draft_id, State.IN_REVIEW, State.DRAFT, Step("sent back", hand.by, hand.at, note))


def changes_of(shelf: Shelf, draft_id: str) -> list[Change]:
    """What a draft would change in the version it was opened from, in words. Raises PlaybookInvalid when the draft cannot be read."""
    with shelf.open() as opened:
        draft, contents = opened.draft(draft_id), opened.draft_contents(draft_id)
        before = opened.version_contents(draft.base) if draft.base else None
    newer = load_contents(f"draft {draft_id}", contents)
    return [] if before is None else compare(load_contents(f"version {draft.base}", before), newer)


def _step(shelf: Shelf, draft_id: str, needed: State, state: State, step: Step) -> Draft:
    with shelf.open() as opened:
        draft = opened.draft(draft_id)
        if draft.state is not needed:
            raise StepNotAllowed(f"draft {draft_id} is {draft.state}; it can be {step.deed} only when it is {needed}")
        if state is State.APPROVED and step.by in draft.writers:
            raise OwnWords(f"draft {draft_id} holds words of {step.by}; another person must approve it")
        draft = _stepped(draft, state, step)
        opened.keep_draft(draft, {})
    return draft


def _stepped(draft: Draft, state: State, step: Step) -> Draft:
    return replace(draft, state=state, steps=(*draft.steps, replace(step, note=step.note[:MOST_NOTE])))
