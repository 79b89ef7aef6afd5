"""A script never has an empty hole: what carries the proposal can be said without any variable, and features it speaks exist."""

from collections.abc import Iterator

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import script_texts, scripts
from playbooks.schema.words import Stage
from playbooks.template import parse_template


def check(subject: Subject) -> Iterator[Flag]:
    for _, script in scripts(subject.playbook):
        for step in script.steps:
            wordings = (step.text, *step.variants)
            if step.stage is Stage.PROPOSE and all(parse_template(text).variables for text in wordings):
                message = f"script {script.script_id!r}: every wording of the proposal needs a variable"
                yield Flag(step.place or script.place, message, "add a variant that needs none")
        if subject.known_fields is None:
            continue
        for said in script_texts(script):
            for name in sorted(parse_template(said.text).variables):
                if subject.lacks(name):
                    yield Flag(said.place, f"{said.where} speaks {name}, which no feature view gives", "name a feature that exists")


RULE = Rule("variables", Severity.ERROR, "a proposal can be said without variables, and spoken features exist", check)
