"""A script taken apart once, so that saying it is a join. A step without variables is ready words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playbooks.schema.script import Script, Step
from playbooks.schema.variable import GREETINGS, Variable, VariableSort
from playbooks.schema.words import Stage
from playbooks.spoken import spoken_seconds, without_greetings
from playbooks.template import parse_template

SENTENCE = re.compile(r"[^。！？!?;；]*?(?:[。！？!?;；]|\.(?=\s|$)|$)")
Said = Callable[[VariableSort, str], str | None]


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording: words and holes alternate in `parts`; `sorts` are those of the holes. prefix stands before it on the card.

    seconds are those of everything but a greeting, which is as long as it is.
    """

    prefix: str
    parts: tuple[str, ...]
    sorts: tuple[VariableSort, ...]
    seconds: float
    language: str

    def filled(self, say: Said) -> tuple[str, float] | None:
        """The text and its seconds, None when a variable is missing."""
        pieces, seconds = list(self.parts), self.seconds
        for number, sort in enumerate(self.sorts):
            name = self.parts[2 * number + 1]
            words = say(sort, name)
            if words is None:
                return None
            pieces[2 * number + 1] = words
            if name in GREETINGS:
                seconds = round(seconds + spoken_seconds(words, self.language), 1)
        return self.prefix + "".join(pieces), seconds


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """ready: the finished step when its first wording has no variable. sentences: the last resort, those of the first wording that remain."""

    stage: str
    ready: tuple[str, str, float] | None
    wordings: tuple[Wording, ...]
    sentences: tuple[Wording, ...]

    def said(self, say: Said) -> tuple[str, str, float] | None:
        """The first wording whose variables are all there, else the sentences without the missing ones, else nothing."""
        for wording in self.wordings:
            filled = wording.filled(say)
            if filled is not None:
                return self.stage, *filled
        kept = [filled for one in self.sentences if (filled := one.filled(say)) is not None]
        text = "".join(text for text, _ in kept).strip()
        return (self.stage, text, round(sum(seconds for _, seconds in kept), 1)) if any(c.isalnum() for c in text) else None


@dataclass(frozen=True, slots=True)
class Plan:
    """A script for one experience. ready: all steps when none depends on a value."""

    script: Script
    ready: tuple[tuple[str, str, float], ...] | None
    steps: tuple[PlannedStep, ...]


def plan_script(script: Script, experience: str | None, variables: Mapping[str, Variable]) -> Plan:
    steps = tuple(_planned(step, experience, script.language, variables) for step in script.steps)
    ready = tuple(step.ready for step in steps if step.ready is not None)
    return Plan(script, ready if len(ready) == len(steps) else None, steps)


def _planned(step: Step, experience: str | None, language: str, variables: Mapping[str, Variable]) -> PlannedStep:
    chosen = {"newcomer": step.newcomer, "expert": step.expert}.get(experience or "")
    texts = [text for text in (chosen, step.text, *step.variants) if text]
    prefix = _prefix(step, language)
    wordings = tuple(_wording(text, prefix, language, variables) for text in texts)
    ready = None
    if wordings and not wordings[0].sorts:
        ready = (step.stage.value, prefix + wordings[0].parts[0], wordings[0].seconds)
    sentences = [] if ready or not texts else [one for one in SENTENCE.findall(texts[0]) if one.strip()]
    return PlannedStep(step.stage.value, ready, wordings, tuple(_wording(one, "", language, variables) for one in sentences))


def _prefix(step: Step, language: str) -> str:
    """An objection shows what it answers; only the answer is spoken."""
    if step.stage is not Stage.OBJECTION or not step.says:
        return ""
    return f"客户说“{step.says}”：" if language.startswith(("zh", "yue")) else f"If they say “{step.says}”: "


def _wording(text: str, prefix: str, language: str, variables: Mapping[str, Variable]) -> Wording:
    parts = parse_template(text).parts
    sorts = tuple(variables[name].sort if name in variables else VariableSort.TEXT for name in parts[1::2])
    return Wording(prefix, parts, sorts, spoken_seconds(without_greetings(text), language), language)
