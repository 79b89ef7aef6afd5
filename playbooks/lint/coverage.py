"""Every action can be said on every declared channel in every declared language, and every label is translated."""

from collections.abc import Iterator

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from playbooks.schema.policy import ContactPolicy, EngagementPolicy
from playbooks.schema.words import Text


def check(subject: Subject) -> Iterator[Flag]:
    playbook = subject.playbook
    for action in playbook.actions.values():
        yield from _scripts(action, playbook)
        for name, text in (("title", action.title), ("accept", action.accept_label), ("decline", action.decline_label)):
            yield from _text(playbook, text, action.place, f"action {action.action_id!r}: {name}", Severity.ERROR)
    policies: list[EngagementPolicy | ContactPolicy] = [*playbook.engagement_policies, *playbook.contact_policies]
    for policy in policies:
        yield from _text(playbook, policy.reason, policy.place, f"policy {policy.policy_id!r}: reason", Severity.WARNING)


def _scripts(action: Action, playbook: Playbook) -> Iterator[Flag]:
    for language in playbook.languages:
        written = [script for script in action.scripts if script.language == language and script.trial is None]
        if not written:
            yield Flag(
                action.place,
                f"action {action.action_id!r} has no script in {language}",
                "write one, or it is never proposed in that language",
            )
            continue
        if any(not script.channels for script in written):
            continue
        covered = frozenset().union(*(script.channels for script in written))
        missing = sorted(set(playbook.channels) - covered)
        if missing:
            message = f"action {action.action_id!r} has no script in {language} for {', '.join(missing)}"
            yield Flag(action.place, message, "write one, or it is never proposed there", Severity.WARNING)


def _text(playbook: Playbook, text: Text, place: str, name: str, severity: Severity) -> Iterator[Flag]:
    missing = [language for language in playbook.languages if language not in text]
    if missing:
        yield Flag(place, f"{name} is not written in {', '.join(missing)}", "translate it", severity)


RULE = Rule("coverage", Severity.ERROR, "scripts and labels exist in every language (error) and on every channel (warning)", check)
