"""S2: a spoken pitch is short. The limits are our own choice, per stage and for the whole without objections (those are said only when raised)."""

import re
from collections.abc import Iterator, Mapping

from playbooks.greetings import longest
from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import is_spoken, scripts
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script, Step
from playbooks.schema.variable import GREETINGS
from playbooks.schema.words import Stage
from playbooks.spoken import spoken_seconds
from playbooks.template import parse_template

WHOLE_SECONDS = 45.0
STAGE_SECONDS: Mapping[Stage, float] = {
    Stage.OPEN: 8.0,
    Stage.ACKNOWLEDGE: 10.0,
    Stage.SOLVE: 20.0,
    Stage.BRIDGE: 10.0,
    Stage.PROPOSE: 20.0,
    Stage.OBJECTION: 20.0,
    Stage.CLOSE: 10.0,
}


def check(subject: Subject) -> Iterator[Flag]:
    for _, script in scripts(subject.playbook):
        if not is_spoken(subject.playbook, script):
            continue
        name = f"script {script.script_id!r}"
        lengths = [_seconds(subject.playbook, script, step) for step in script.steps]
        for step, seconds in zip(script.steps, lengths, strict=True):
            limit = STAGE_SECONDS[step.stage]
            if seconds > limit:
                message = f"{name}: {step.stage} takes {seconds:g} s to say"
                yield Flag(step.place or script.place, message, f"keep it under {limit:g} s", Severity.WARNING)
        whole = sum(seconds for step, seconds in zip(script.steps, lengths, strict=True) if step.stage is not Stage.OBJECTION)
        if whole > WHOLE_SECONDS:
            yield Flag(script.place, f"{name} takes {whole:.1f} s to say", f"keep the whole under {WHOLE_SECONDS:g} s, objections aside")


def _seconds(playbook: Playbook, script: Script, step: Step) -> float:
    """How long a step takes with the longest greeting that may stand in it."""
    text = step.text
    for name in parse_template(text).variables & set(GREETINGS):
        text = re.sub(r"\{\{\s*" + name + r"\s*\}\}", longest(playbook, script, name), text)
    return step.seconds if text is step.text else spoken_seconds(text, script.language)


RULE = Rule("spoken-length", Severity.ERROR, "a spoken script is short, as a whole (error) and in each stage (warning)", check)
