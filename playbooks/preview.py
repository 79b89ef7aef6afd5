"""How the scripts of an action will read, with example values, before anybody says them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from playbooks.errors import NothingToPreview
from playbooks.greetings import greetings_of
from playbooks.reading.findings import nearest_of
from playbooks.render import Renderer
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script
from playbooks.schema.variable import GREETINGS, VariableSort

EXAMPLE_DAY = date(2026, 3, 18)
EXAMPLES: Mapping[VariableSort, object] = {
    VariableSort.AMOUNT: 1280.0,
    VariableSort.COUNT: 12,
    VariableSort.PERCENT: 0.045,
    VariableSort.DATE: EXAMPLE_DAY,
}
NAMES = {"zh": "王小明", "yue": "王小明"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scripts: None takes all. experience is newcomer, expert or None, the usual wording."""

    channel: str | None = None
    language: str | None = None
    style: str | None = None
    experience: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """One script as an agent would see it. steps: (stage, text, seconds); when: the scene it is for, as written."""

    script_id: str
    language: str
    style: str
    channels: tuple[str, ...]
    when: str | None
    experience: str | None
    steps: tuple[tuple[str, str, float], ...]
    disclosures: tuple[str, ...]
    spoken_seconds: float


def preview(playbook: Playbook, action_id: str, wanted: Wanted, given: Mapping[str, object]) -> list[Preview]:
    """The scripts that fit, rendered. given: values by variable that take the place of the examples; None leaves a variable out.

    Raises NothingToPreview that says what there is.
    """
    action = playbook.actions.get(action_id)
    if action is None:
        raise NothingToPreview(f"action {action_id!r} is not in the playbook; {nearest_of(action_id, tuple(playbook.actions))}")
    for sort, word, known in (
        ("channel", wanted.channel, tuple(playbook.channels)),
        ("language", wanted.language, playbook.languages),
        ("style", wanted.style, playbook.styles),
    ):
        if word is not None and word not in known:
            raise NothingToPreview(f"{sort} {word!r} is not declared; {nearest_of(word, known)}")
    renderer = Renderer(playbook)
    found = [_rendered(playbook, renderer, script, wanted, given) for script in _fitting(action.scripts, wanted)]
    if not found:
        there = ", ".join(f"{script.language} {script.style}" for script in action.scripts) or "none at all"
        raise NothingToPreview(f"action {action_id!r} has no such script; there is {there}")
    return found


def _fitting(scripts: tuple[Script, ...], wanted: Wanted) -> Iterator[Script]:
    for script in scripts:
        here = wanted.channel is None or not script.channels or wanted.channel in script.channels
        if here and wanted.language in {None, script.language} and wanted.style in {None, script.style}:
            yield script


def examples(playbook: Playbook, renderer: Renderer, script: Script) -> dict[str, object]:
    """A made-up value for every variable the script may speak."""
    values: dict[str, object] = {"today": EXAMPLE_DAY, "customer_gender": "male"}
    for name in renderer.variables(script):
        sort = playbook.variables[name].sort if name in playbook.variables else VariableSort.TEXT
        if sort is VariableSort.NAME:
            values[name] = NAMES.get(script.language.partition("-")[0], "John Smith")
        else:
            values[name] = EXAMPLES.get(sort, name)
    return values


def _greetings(playbook: Playbook, script: Script, channel: str | None) -> dict[str, str | None]:
    """The book's own, on the example day, for this channel or the first one of the script."""
    there = channel or next((name for name in playbook.channels if not script.channels or name in script.channels), "")
    said = greetings_of(playbook, channel=there, language=script.language, day=EXAMPLE_DAY)
    return {name: said.get(name) for name in GREETINGS}


def _rendered(playbook: Playbook, renderer: Renderer, script: Script, wanted: Wanted, given: Mapping[str, object]) -> Preview:
    values = examples(playbook, renderer, script) | _greetings(playbook, script, wanted.channel) | dict(given)
    steps = tuple(renderer.render(script, values, experience=wanted.experience, channel=wanted.channel))
    disclosures = tuple(playbook.disclosures[name].get(script.language, "") for name in script.disclosures)
    return Preview(
        script.script_id,
        script.language,
        script.style,
        tuple(sorted(script.channels)),
        script.when.source if script.when else None,
        wanted.experience,
        steps,
        disclosures,
        round(sum(seconds for _, _, seconds in steps), 1),
    )
