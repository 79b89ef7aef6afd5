"""S8: a phrase that must be said, without a condition, stands in every promotional script of its language or in its disclosures."""

from collections.abc import Iterator

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import same_language, scripts
from playbooks.normalise import contains
from playbooks.schema.phrase import PhraseRule
from playbooks.schema.words import ActionClass


def check(subject: Subject) -> Iterator[Flag]:
    playbook = subject.playbook
    required = [phrase for phrase in playbook.phrases if phrase.rule is PhraseRule.REQUIRED and phrase.when is None]
    for action, script in scripts(playbook):
        if action.action_class is not ActionClass.PROMOTIONAL:
            continue
        disclosed = [playbook.disclosures.get(name, {}).get(script.language, "") for name in script.disclosures]
        whole = "\n".join([*(step.text for step in script.steps), *disclosed])
        for phrase in required:
            if same_language(phrase.language, script.language) and not contains(whole, phrase.phrase):
                yield Flag(script.place, f"script {script.script_id!r} never says {phrase.phrase!r}", f"say it; {phrase.place} requires it")


RULE = Rule("required-phrases", Severity.ERROR, "promotional scripts say what must be said", check)
