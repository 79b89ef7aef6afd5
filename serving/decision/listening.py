"""What happens inside a talk, and what it makes of the scene: pure, one signal after the other.

Only the customer's words and the agent's explicit clicks change a scene. What the agent says never does; it is heard for what hurts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from playbooks.minefields import Caught, Minefields
from playbooks.scenes import SceneReader
from playbooks.schema.playbook import Playbook
from serving.decision.moment import Moment, Scene, Utterance
from serving.decision.reading import FROM_MOMENT

AGENT, CUSTOMER = "agent", "customer"
SIGNAL_TYPES = ("utterance", "contact_reason", "sentiment", "resolved", "keyword", "fact")
_SPOKEN = frozenset({"utterance", "keyword"})
_OF_THE_SPEAKER = _SPOKEN | {"sentiment"}
"""Signals that tell of whoever speaks; the others are said of the talk."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that happened. value: text of utterance, keyword and contact_reason; sentiment in [-1, 1]; resolved; facts by name.

    speaker: customer or agent; None is the desk itself, a click.
    """

    kind: str
    value: str | float | bool | Mapping[str, float | str | bool]
    speaker: str | None
    at: datetime

    @property
    def triggers(self) -> bool:
        """Whether it may change the advice."""
        return not (self.speaker == AGENT and self.kind in _OF_THE_SPEAKER)


@dataclass(frozen=True, slots=True)
class Alert:
    """A phrase that hurts in this talk, as the agent said it; `instead` is what to say in its place."""

    at: datetime
    speaker: str
    said: str
    phrase: str
    rule: str
    instead: str | None


class Listener:
    """The words of one playbook, ready to listen. Immutable."""

    __slots__ = ("_minefields", "_reader", "_reasons")

    def __init__(self, playbook: Playbook) -> None:
        self._reader = SceneReader(playbook)
        self._minefields = Minefields(playbook)
        self._reasons = playbook.contact_reasons

    def heard(self, scene: Scene, signals: Iterable[Signal]) -> Scene:
        """The scene after the signals, in their order. Their utterances are added to those of the scene."""
        for signal in signals:
            scene = self._hear(scene, signal)
        return scene

    def understood(self, scene: Scene) -> Scene:
        """A scene whose reason or need nobody named, read from what the customer said in it; what was named stays."""
        reason, need = scene.contact_reason, scene.need
        for said in scene.utterances:
            if said.speaker == CUSTOMER:
                found = self._reader.understand(said.text)
                reason = reason if scene.contact_reason else found.contact_reason or reason
                need = need if scene.need else found.need or need
        return replace(scene, contact_reason=reason, need=need)

    def alerts(self, moment: Moment, signals: Iterable[Signal]) -> list[Alert]:
        """What hurts among the agent's words, in the scene of the moment."""
        read = {name: value_of(moment) for name, value_of in FROM_MOMENT.items()}
        told = [signal for signal in signals if signal.speaker == AGENT and signal.kind in _SPOKEN]
        return [_alert(signal, caught) for signal in told for caught in self._minefields.caught(str(signal.value), read)]

    def _hear(self, scene: Scene, signal: Signal) -> Scene:
        value = signal.value
        if signal.kind == "utterance":
            scene = replace(scene, utterances=(*scene.utterances, Utterance(signal.speaker or CUSTOMER, str(value), signal.at)))
        if not signal.triggers:
            return scene
        if signal.kind in _SPOKEN:
            return self._listen(scene, str(value))
        if signal.kind == "contact_reason":
            return _turned(scene, str(value))
        if signal.kind == "fact" and isinstance(value, Mapping):
            return replace(scene, facts={**scene.facts, **value})
        if signal.kind == "resolved":
            return replace(scene, resolved=value is True)
        return replace(scene, sentiment=float(value) if isinstance(value, int | float) else scene.sentiment)

    def _listen(self, scene: Scene, text: str) -> Scene:
        """A question by the way neither takes a known reason's place nor opens a matter."""
        found = self._reader.understand(text)
        need = found.need or scene.need
        reason = found.contact_reason
        if reason is None or (self._reasons[reason].casual and (scene.contact_reason or scene.resolved)):
            return replace(scene, need=need if reason is None or scene.need is None else scene.need)
        return replace(_turned(scene, reason), need=need)


def _turned(scene: Scene, reason: str) -> Scene:
    """Another reason is another matter: it is open until somebody says that it is resolved (D1)."""
    if reason == scene.contact_reason:
        return scene
    return replace(scene, contact_reason=reason, resolved=None)


def _alert(signal: Signal, caught: Caught) -> Alert:
    return Alert(signal.at, AGENT, str(signal.value), caught.phrase, caught.rule.value, caught.instead)
