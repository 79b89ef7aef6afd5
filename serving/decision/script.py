"""The words for an action: a script for channel x language x style x scene, rendered only for what is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script
from serving.decision.catalogue import Catalogue, Notice, Standing
from serving.decision.moment import Agent
from serving.decision.reading import FROM_ACTION, Read
from serving.decision.record import ShownScript, ShownStep, Trial
from serving.decision.style import Taste
from serving.decision.trials import on_channel
from serving.decision.wording import NO_SCRIPT, VALUE_MISSING, said


class ScriptRenderer(Protocol):
    """From a script and values to words. Raises RenderError where a step cannot be said with these values.

    channel: on a public one no name is said. masked: names as an outsider may see them.
    """

    def render(
        self,
        script: Script,
        values: Mapping[str, object],
        *,
        experience: str | None = None,
        channel: str | None = None,
        masked: bool = False,
    ) -> Sequence[tuple[str, str, float]]: ...

    def variables(self, script: Script) -> frozenset[str]: ...


Wordings = dict[str, tuple[Script, ...]]
"""By style: the standing scripts for one talk, in the book's order. Mostly one; of several the answers decide which is said more often."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The scripts of one channel and language, by slot.

    always: the set that has one for any scene; sometimes: those with scene scripts only. anywhere: the wordings by style, where no script asks for the scene.
    """

    scripts: tuple[tuple[Script, ...], ...]
    always: int
    sometimes: tuple[tuple[int, tuple[Script, ...]], ...]
    anywhere: tuple[Wordings | None, ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How these words came: probability of their style, and of this wording in it, how the style is liked (a ratio, see ShownScript), the trial they take part in."""

    style_probability: float
    wording_probability: float = 1.0
    liking: float = 1.0
    trial: Trial | None = None


class Scripts:
    """All scripts of a book."""

    __slots__ = ("_catalogue", "_fixed", "_grouped", "_notice", "_playbook", "_renderer", "_shelves", "_unsayable", "_wordings")

    def __init__(self, playbook: Playbook, catalogue: Catalogue, renderer: ScriptRenderer) -> None:
        self._playbook = playbook
        self._catalogue = catalogue
        self._renderer = renderer
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self._grouped: dict[tuple[str, ...], Wordings] = {}
        self._notice = Notice(catalogue, "script", "no_script", NO_SCRIPT)
        self._unsayable = Notice(catalogue, "script", "value_missing", VALUE_MISSING)
        scripts = [script for action in catalogue.actions for script in action.scripts]
        self._fixed = {script.script_id for script in scripts if not renderer.variables(script)}
        self._wordings: dict[tuple[str, str | None, str], tuple[tuple[ShownStep, ...], tuple[str, ...], float]] = {}

    def shelf(self, channel: str, language: str) -> Shelf:
        key = (channel, language)
        shelf = self._shelves.get(key)
        if shelf is None:
            shelf = self._shelves[key] = self._fill(channel, language)
        return shelf

    def _fill(self, channel: str, language: str) -> Shelf:
        fitting = tuple(
            tuple(
                script for script in action.scripts if script.trial is None and script.language == language and on_channel(script, channel)
            )
            for action in self._catalogue.actions
        )
        always = sum(1 << slot for slot, scripts in enumerate(fitting) if any(script.when is None for script in scripts))
        sometimes = tuple((slot, scripts) for slot, scripts in enumerate(fitting) if scripts and not always >> slot & 1)
        anywhere = tuple(None if any(script.when for script in scripts) else self._by_style(scripts) for scripts in fitting)
        return Shelf(fitting, always, sometimes, anywhere)

    def worded(self, alive: int, read: Read, channel: str, language: str) -> int:
        """The set of those among `alive` that have a script for this talk."""
        shelf = self.shelf(channel, language)
        found = shelf.always & alive
        for slot, scripts in shelf.sometimes:
            if alive >> slot & 1 and any(_fits(script, read, self._catalogue.actions[slot]) for script in scripts):
                found |= 1 << slot
        return found

    def apply(self, standing: Standing, read: Read, channel: str, language: str) -> None:
        """Take out what cannot be said, before the list is cut."""
        missing = standing.alive & ~self.worded(standing.alive, read, channel, language)
        if missing:
            standing.withhold(missing, self._notice.in_language(language))

    def drop(self, standing: Standing, unsayable: int, language: str) -> None:
        """Take out those whose words need a value nobody knows."""
        standing.withhold(unsayable, self._unsayable.in_language(language))

    def choose(self, slot: int, taste: Taste, read: Read, channel: str, language: str) -> tuple[Script, float, float]:
        """The script for an action that has one, the probability of its style, and that of its wording among those of the style.

        Within a style a script made for this scene or channel goes first.
        """
        shelf = self.shelf(channel, language)
        by_style = shelf.anywhere[slot]
        if by_style is None:
            action = self._catalogue.actions[slot]
            by_style = self._fitting(tuple([script for script in shelf.scripts[slot] if _fits(script, read, action)]))
        style, probability = taste.choose(tuple(by_style))
        wordings = by_style[style]
        if len(wordings) == 1:
            return wordings[0], probability, 1.0
        place, of_wording = taste.choose_wording(tuple([script.script_id for script in wordings]))
        return wordings[place], probability, of_wording

    def _fitting(self, scripts: tuple[Script, ...]) -> Wordings:
        """The same few sets of scenes come again and again."""
        key = tuple([script.script_id for script in scripts])
        found = self._grouped.get(key)
        if found is None:
            found = self._grouped[key] = self._by_style(scripts)
        return found

    def _by_style(self, scripts: Iterable[Script]) -> Wordings:
        """The most precise scripts of each style that are for one talk, styles in the book's order."""
        fitting = sorted(scripts, key=_precision)
        best = {script.style: script for script in fitting}
        return {
            style: tuple(script for script in fitting if script.same_talk(best[style]) and _precision(script) == _precision(best[style]))
            for style in self._playbook.styles
            if style in best
        }

    def word(
        self,
        script: Script,
        values: Mapping[str, object],
        *,
        agent: Agent,
        channel: str,
        language: str,
        manner: Manner,
    ) -> ShownScript:
        """The script as this agent reads it on this channel. Raises RenderError."""
        key = (script.script_id, agent.experience, language)
        wording = self._wordings.get(key)
        if wording is None:
            wording = self._render(script, values, agent, channel, language)
            if script.script_id in self._fixed:
                self._wordings[key] = wording
        steps, disclosures, seconds = wording
        return ShownScript(
            script.script_id,
            script.language,
            script.style,
            steps,
            disclosures,
            seconds,
            manner.style_probability,
            manner.wording_probability,
            manner.liking,
            manner.trial,
        )

    def _render(
        self, script: Script, values: Mapping[str, object], agent: Agent, channel: str, language: str
    ) -> tuple[tuple[ShownStep, ...], tuple[str, ...], float]:
        rendered = self._renderer.render(script, values, experience=agent.experience, channel=channel, masked=agent.outside)
        steps = tuple([ShownStep(*step) for step in rendered])
        action = self._catalogue.actions[self._catalogue.slots[script.action_id]]
        required = dict.fromkeys((*action.disclosures, *script.disclosures))
        disclosures = tuple(said(self._playbook.disclosures[disclosure], language) for disclosure in required)
        return steps, disclosures, round(sum(step.seconds for step in steps), 1)


def _fits(script: Script, read: Read, action: Action) -> bool:
    if script.when is None:
        return True
    if script.when.uses_action:
        return script.when.function({**read, **{name: value_of(action) for name, value_of in FROM_ACTION.items()}}) is True
    return script.when.function(read) is True


def _precision(script: Script) -> tuple[bool, bool]:
    """Ascending: a script made for this scene, then one made for this channel, is the better one."""
    return script.when is not None, bool(script.channels)
