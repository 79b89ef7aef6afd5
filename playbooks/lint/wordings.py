"""Every text of a playbook that a customer may hear or read, each with its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from playbooks.schema.action import Action
from playbooks.schema.knowledge import SopStep
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script
from playbooks.schema.words import Medium


@dataclass(frozen=True, slots=True)
class Said:
    place: str
    language: str
    text: str
    where: str


def script_texts(script: Script) -> Iterator[Said]:
    """Every wording of a script."""
    for step in script.steps:
        for text in (step.text, *step.variants, step.newcomer, step.expert):
            if text:
                yield Said(step.place or script.place, script.language, text, f"script {script.script_id!r}, {step.stage}")


def all_texts(playbook: Playbook) -> Iterator[Said]:
    for action in playbook.actions.values():
        for label in (action.title, action.accept_label, action.decline_label):
            for language, text in label.items():
                yield Said(action.place, language, text, f"action {action.action_id!r}")
        for script in action.scripts:
            yield from script_texts(script)
    for greeting in (*playbook.openings, *playbook.closings):
        yield Said(greeting.place, greeting.language, greeting.text, "a greeting")
    for article in playbook.articles.values():
        for language, text in article.answer.items():
            yield Said(article.place, language, text, f"article {article.article_id!r}")
    for sop in playbook.sops.values():
        for step in sop.steps:
            yield from _sop_texts(step, sop.place, f"SOP {sop.sop_id!r}")


def _sop_texts(step: SopStep, place: str, where: str) -> Iterator[Said]:
    for language, text in step.text.items():
        yield Said(place, language, text, where)
    for child in step.children:
        yield from _sop_texts(child, place, where)


def scripts(playbook: Playbook) -> Iterator[tuple[Action, Script]]:
    for action in playbook.actions.values():
        for script in action.scripts:
            yield action, script


def is_spoken(playbook: Playbook, script: Script) -> bool:
    """Whether any channel of the script is spoken aloud."""
    channels = script.channels or frozenset(playbook.channels)
    return any(playbook.channels[name].medium is Medium.VOICE for name in channels if name in playbook.channels)


def same_language(one: str, other: str) -> bool:
    return one.partition("-")[0] == other.partition("-")[0]
