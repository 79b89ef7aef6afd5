"""What is different between two playbooks, in sentences a marketing manager can read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playbooks.diff.subjects import Key, Thing, things
from playbooks.errors import RenderError
from playbooks.schema.playbook import Playbook
from playbooks.template import parse_template

PERCENTAGE = re.compile(r"\d\s*[%％]|百分之")


@dataclass(frozen=True, slots=True)
class Change:
    """sort is what changed (action, script, policy ...), id its id; place is file:line in the newer book, empty for what is gone."""

    sort: str
    id: str
    text: str
    place: str
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        return self.text


def compare(older: Playbook, newer: Playbook) -> list[Change]:
    """Every difference, in the order of the newer book, then what is gone."""
    before, after = things(older), things(newer)
    changes: list[Change] = []
    for key, thing in after.items():
        if key in before:
            changes.extend(_changed(key, before[key], thing))
        else:
            changes.append(Change(*key, f"{thing.name} is new", thing.place))
    changes.extend(Change(*key, f"{thing.name} is gone", "") for key, thing in before.items() if key not in after)
    return changes


def _changed(key: Key, before: Thing, after: Thing) -> Iterator[Change]:
    for fact in dict.fromkeys((*after.facts, *before.facts)):
        was, now = before.facts.get(fact), after.facts.get(fact)
        if was != now:
            words = _wording(fact, after.name, was, now) if fact in before.texts | after.texts else _value(fact, after.name, was, now)
            yield Change(*key, words, after.place, was, now)


def _value(fact: str, name: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"{name} now has {fact}: {now}"
    if now is None:
        return f"{name} lost its {fact}: {was}"
    return f"the {fact} of {name} went from {was} to {now}"


def _wording(fact: str, name: str, was: str | None, now: str | None) -> str:
    if was is None or now is None:
        return f"{name} {'now has the' if was is None else 'lost its'} {fact}: {now or was}"
    owner = f"{fact} of {name}" if fact.startswith(("step", "variant", "cue")) else f"the {fact} of {name}"
    lost, gained = _spoken(was) - _spoken(now), _spoken(now) - _spoken(was)
    if lost or gained:
        parts = [f"lost its {_listed(lost)}"] if lost else []
        parts += [f"now says the {_listed(gained)}"] if gained else []
        return f"{owner} {' and '.join(parts)}: was {was!r}, is {now!r}"
    return f"{owner} is said anew: was {was!r}, is {now!r}"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _spoken(text: str) -> set[str]:
    """What a wording tells: its variables by name, and a percentage written out as a rate."""
    try:
        names = {name.rpartition(".")[2].replace("_", " ") for name in parse_template(text).variables}
    except RenderError:
        names = set()
    return names | ({"rate"} if PERCENTAGE.search(text) else set())
