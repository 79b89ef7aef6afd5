"""Minefields (M5): words that hurt in this talk, caught as they fall."""

from collections.abc import Mapping
from dataclasses import dataclass

from playbooks.normalise import phrase_pattern, plain
from playbooks.schema.phrase import Phrase, PhraseRule
from playbooks.schema.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Caught:
    """A phrase that was said; `instead` is what to say in its place, if the playbook knows."""

    phrase: str
    rule: PhraseRule
    instead: str | None
    place: str


class Minefields:
    """The forbidden and hurting phrases of one playbook, ready to listen. Immutable."""

    def __init__(self, playbook: Playbook) -> None:
        listened = (phrase for phrase in playbook.phrases if phrase.rule is not PhraseRule.REQUIRED)
        self._listening = tuple((pattern, phrase) for phrase in listened if (pattern := phrase_pattern(phrase.phrase)) is not None)

    def caught(self, utterance: str, read: Mapping[str, object], language: str | None = None) -> list[Caught]:
        """What hurts in one utterance, in the order of the playbook.

        read: dotted paths as conditions read them (scene.need ...); a phrase with a condition is caught only when that is true.
        language: only phrases of this language; None listens in all.
        """
        text = plain(utterance)
        return [
            Caught(phrase.phrase, phrase.rule, phrase.instead, phrase.place)
            for pattern, phrase in self._listening
            if _speaks(phrase, language) and pattern.search(text) and (phrase.when is None or phrase.when(read) is True)
        ]


def _speaks(phrase: Phrase, language: str | None) -> bool:
    return language is None or phrase.language.partition("-")[0] == language.partition("-")[0]
