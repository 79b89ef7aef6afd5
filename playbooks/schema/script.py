"""A script: the wording of an action for channel x language x style x scene."""

from collections.abc import Sequence
from dataclasses import dataclass

from playbooks.expression import Expression
from playbooks.schema.words import Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the arc. `text` is a template; `seconds` is its spoken length, computed at load from the language's speaking rate.

    variants: further wordings, tried in order when a variable of the ones before is missing. newcomer, expert: the step said
    fuller or tighter (D4). says: what the customer says, on an objection; `text` is then the answer.
    """

    stage: Stage
    text: str
    seconds: float
    variants: tuple[str, ...] = ()
    newcomer: str | None = None
    expert: str | None = None
    says: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """channels empty means every channel. `when` narrows it to scenes; None fits any scene.

    disclosures are ids of the playbook's disclosures. trial: this wording is on trial; the share in [0, 1] of customers who hear it in place
    of the standing script of the same talk. None: it stands.
    """

    script_id: str
    action_id: str
    channels: frozenset[str]
    language: str
    style: str
    when: Expression | None
    steps: tuple[Step, ...]
    disclosures: tuple[str, ...]
    place: str
    trial: float | None = None

    def same_talk(self, other: "Script") -> bool:
        """Whether both are for one action, language, style and scene, and share a channel."""
        scene = (self.when.source if self.when else None) == (other.when.source if other.when else None)
        channels = not self.channels or not other.channels or bool(self.channels & other.channels)
        named = (self.action_id, self.language, self.style) == (other.action_id, other.language, other.style)
        return scene and channels and named

    @property
    def spoken_seconds(self) -> float:
        return round(sum(step.seconds for step in self.steps), 1)


def wordings(scripts: Sequence[Script]) -> list[tuple[Script, ...]]:
    """The standing scripts of an action that are for one talk, where there are several, in the book's order."""
    groups: list[list[Script]] = []
    for script in scripts:
        if script.trial is None:
            mine = next((group for group in groups if group[0].same_talk(script)), None)
            if mine is None:
                groups.append([script])
            else:
                mine.append(script)
    return [tuple(group) for group in groups if len(group) > 1]
