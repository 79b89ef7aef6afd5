"""A pitch is ready for a no: every spoken selling script answers at least one objection and names reasons for declining."""

from collections.abc import Iterator

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import is_spoken, scripts
from playbooks.schema.words import ActionKind, Stage


def check(subject: Subject) -> Iterator[Flag]:
    for action in subject.playbook.actions.values():
        if action.kind is ActionKind.SELL and not action.decline_reasons:
            yield Flag(action.place, f"action {action.action_id!r} names no decline reasons", "name some, so that a no teaches something")
    for action, script in scripts(subject.playbook):
        answered = any(step.stage is Stage.OBJECTION for step in script.steps)
        if action.kind is ActionKind.SELL and is_spoken(subject.playbook, script) and not answered:
            yield Flag(script.place, f"script {script.script_id!r} answers no objection", "add - objection: {says: ..., answer: ...}")


RULE = Rule("objections", Severity.WARNING, "selling scripts answer an objection, selling actions name decline reasons", check)
