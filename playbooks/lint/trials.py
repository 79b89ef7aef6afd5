"""A wording on trial (S9) is held against one standing script for the same talk, and nothing else is tried on those customers at once."""

from collections.abc import Iterator

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.schema.action import Action


def check(subject: Subject) -> Iterator[Flag]:
    for action in subject.playbook.actions.values():
        yield from _trials(action)


def _trials(action: Action) -> Iterator[Flag]:
    standing = [script for script in action.scripts if script.trial is None]
    tried = [script for script in action.scripts if script.trial is not None]
    for number, script in enumerate(tried):
        if not any(script.same_talk(other) for other in standing):
            message = f"script {script.script_id!r} is on trial, and no standing script is for the same talk"
            yield Flag(script.place, message, "give it the language, style, scene and a channel of the script it is tried against")
        other = next((earlier for earlier in tried[:number] if script.same_talk(earlier)), None)
        if other is not None:
            message = f"script {script.script_id!r} is on trial in the same talk as {other.script_id!r}"
            yield Flag(script.place, message, "try one after the other, so that each is held against what stands")


RULE = Rule("trials", Severity.ERROR, "a wording on trial stands against one script for the same talk", check)
