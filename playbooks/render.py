"""From a script and values to the words an agent says. Values are put in, never parsed; a missing one is refused, never an empty hole."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from playbooks.errors import RenderError
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script
from playbooks.template import parse_template


class Renderer:
    """Renders the scripts of one playbook."""

    __slots__ = ("_playbook",)

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook

    def variables(self, script: Script) -> frozenset[str]:
        """Every variable some step of the script needs."""
        return frozenset().union(*(parse_template(step.text).variables for step in script.steps))

    def render(self, script: Script, values: Mapping[str, object], *, experience: str | None = None) -> list[tuple[str, str, float]]:  # noqa: ARG002 (the port's signature)
        """(stage, text, spoken seconds) by step. Raises RenderError naming the script and the variable that has no value."""
        return [(step.stage.value, self._said(script, step.text, values), step.seconds) for step in script.steps]

    def _said(self, script: Script, text: str, values: Mapping[str, object]) -> str:
        parts = parse_template(text).parts
        if len(parts) == 1:
            return text
        said = list(parts)
        for place in range(1, len(parts), 2):
            value = values.get(parts[place])
            if value is None:
                raise RenderError(f"{script.place}: script '{script.script_id}' needs '{parts[place]}', which nobody knows here; give it")
            said[place] = _written(value, script.language)
        return "".join(said)


@lru_cache(maxsize=4096)
def _written(value: object, language: str) -> str:
    if isinstance(value, date):
        return f"{value.month}月{value.day}日" if language.startswith("zh") else f"{value:%B} {value.day}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"
    return str(value)
