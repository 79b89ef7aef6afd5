"""How many scripts a second one core says: the book's own, with every variable known, beside plain str.format of the same texts."""

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playbooks.load import default_book, load_playbook
from playbooks.preview import examples
from playbooks.render import Renderer
from playbooks.schema.script import Script

SECONDS = 1.0
ROUNDS = 5
Say = Callable[[], object]


def measure(train: Path | None, test: Path | None) -> dict[str, object]:  # noqa: ARG001 (a bench takes two files; this one needs none)
    """Scripts a second, the median of five rounds: all scripts in turn, and those that speak a variable."""
    playbook = load_playbook(default_book())
    renderer = Renderer(playbook)
    scripts = [script for action in playbook.actions.values() for script in action.scripts]
    speaking = [script for script in scripts if renderer.variables(script)]
    values = {script.script_id: examples(playbook, renderer, script) for script in scripts}
    figures: dict[str, object] = {"scripts": len(scripts), "speaking_scripts": len(speaking)}
    for name, some in (("", scripts), ("speaking_", speaking)):
        figures[f"{name}renders_per_second"] = _rate([_rendered(renderer, script, values[script.script_id]) for script in some])
        figures[f"{name}str_format_per_second"] = _rate([_formatted(script, values[script.script_id]) for script in some])
    return figures


def _rendered(renderer: Renderer, script: Script, values: dict[str, object]) -> Say:
    return lambda: renderer.render(script, values, channel="voice")


def _formatted(script: Script, values: dict[str, object]) -> Say:
    """The peer: the same texts filled by str.format_map, without manners, masking, units or a missing value."""
    known = {name.replace(".", "_"): value for name, value in values.items()}
    escaped = [step.text.replace("{", "{{").replace("}", "}}") for step in script.steps]
    texts = [re.sub(r"\{\{\{\{\s*([\w.]+)\s*\}\}\}\}", lambda hole: "{" + hole[1].replace(".", "_") + "}", text) for text in escaped]
    return lambda: [text.format_map(known) for text in texts]


def _rate(sayings: Sequence[Say]) -> int:
    """Calls a second of one core's time, the median of the rounds: what else the machine does takes no part."""
    rates = []
    for _ in range(ROUNDS):
        done, begun = 0, time.process_time()
        while time.process_time() - begun < SECONDS / ROUNDS:
            for say in sayings:
                say()
            done += len(sayings)
        rates.append(done / (time.process_time() - begun))
    return round(sorted(rates)[len(rates) // 2])
