"""S8: what must be disclosed cannot be dropped."""

from collections.abc import Iterator

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import scripts


def check(subject: Subject) -> Iterator[Flag]:
    known = subject.playbook.disclosures
    for action, script in scripts(subject.playbook):
        for disclosure in action.disclosures:
            if disclosure not in script.disclosures:
                message = f"script {script.script_id!r} has no disclosure {disclosure!r}"
                yield Flag(script.place, message, "add it, or remove the action's requirement")
        for disclosure in script.disclosures:
            if script.language not in known.get(disclosure, {}):
                message = f"script {script.script_id!r} needs the disclosure {disclosure!r} in {script.language}, which is not written"
                yield Flag(script.place, message, f"add {script.language} to the disclosure in playbook.yaml")


RULE = Rule("disclosures", Severity.ERROR, "every script carries its action's disclosures, written in its language", check)
