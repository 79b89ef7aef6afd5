"""Validity that has ended, that never lets a bundle be whole, offers valid twice at once, scripts that say the same, and greetings that stand in each other's way."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from playbooks.greetings import rival
from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.schema.action import Action
from playbooks.schema.playbook import Greeting
from playbooks.schema.script import Script


def check(subject: Subject) -> Iterator[Flag]:
    actions = subject.playbook.actions
    yield from _ended(subject)
    for action in actions.values():
        members = [actions[name] for name in action.members if name in actions]
        if members and not _ever_together([action, *members]):
            message = f"bundle {action.action_id!r} and its members are never valid at the same time"
            yield Flag(action.place, message, "let their dates overlap")
        yield from _alike(action)
    yield from _twice(list(actions.values()))
    for greetings in (subject.playbook.openings, subject.playbook.closings):
        yield from _unheard(greetings)


def _ended(subject: Subject) -> Iterator[Flag]:
    """An action is not proposed any more, and a fallback may lean on it; an answer or procedure is only not found."""
    book = subject.playbook
    for sort, things, severity in (
        ("action", book.actions, Severity.ERROR),
        ("article", book.articles, Severity.WARNING),
        ("SOP", book.sops, Severity.WARNING),
    ):
        for name, thing in things.items():
            if subject.at is not None and thing.valid_until is not None and thing.valid_until <= subject.at:
                message = f"{sort} {name!r} ended on {thing.valid_until:%Y-%m-%d}"
                yield Flag(thing.place, message, f"set a later `until`, or remove the {sort}", severity)


def _ever_together(actions: list[Action]) -> bool:
    begins: list[datetime] = [action.valid_from for action in actions if action.valid_from is not None]
    ends: list[datetime] = [action.valid_until for action in actions if action.valid_until is not None]
    return not begins or not ends or max(begins) < min(ends)


def _twice(actions: Sequence[Action]) -> Iterator[Flag]:
    """A new edition of an offer begins before the old one has ended: under one title the agent sees two cards of different worth."""
    for number, later in enumerate(actions):
        for first in actions[:number]:
            if first.group == later.group and set(first.title.items()) & set(later.title.items()) and _ever_together([first, later]):
                message = f"action {later.action_id!r} is valid at the same time as {first.action_id!r}, in one group and under one title"
                yield Flag(later.place, message, "let one end before the other begins, or give it another title", Severity.WARNING)
                break


def _alike(action: Action) -> Iterator[Flag]:
    """Several standing scripts for one talk are its wordings, of which answers choose; two that say the same teach nothing."""
    standing = [script for script in action.scripts if script.trial is None]
    for number, script in enumerate(standing):
        for earlier in standing[:number]:
            if script.same_talk(earlier) and _words(script) == _words(earlier):
                message = f"script {script.script_id!r} says to the same talk what {earlier.script_id!r} says"
                yield Flag(script.place, message, "word one of them differently, or drop it", Severity.WARNING)
                break


def _words(script: Script) -> list[tuple[object, ...]]:
    return [(step.stage, step.text, step.variants, step.newcomer, step.expert, step.says) for step in script.steps]


def _unheard(greetings: Sequence[Greeting]) -> Iterator[Flag]:
    """Of two greetings that are as near to a talk as each other, the book's first is said and the later one is not."""
    for number, later in enumerate(greetings):
        for first in greetings[:number]:
            if rival(first, later):
                message = f"{later.text[:20]!r} is never said where {first.text[:20]!r} is: the same talk, and seasons that overlap"
                yield Flag(later.place, message, "give one of them another channel, brand or season", Severity.WARNING)
                break


RULE = Rule(
    "validity",
    Severity.ERROR,
    "no action has ended (an article or SOP that has is a warning), bundles can be whole, no offer is valid twice at once (warning), no two scripts say the same to one talk, greetings do not hide each other (warnings)",
    check,
)
