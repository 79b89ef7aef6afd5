"""Scene recognition (M1, M2): the contact reason and the need behind an utterance, by the playbook's own words."""

from dataclasses import dataclass

from playbooks.normalise import phrase_pattern, plain
from playbooks.schema.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Understood:
    """contact_reason and need are None where nothing gave them away. matched: the words that did. margin: share of the winner, 0 .. 1."""

    contact_reason: str | None
    need: str | None
    matched: tuple[str, ...]
    margin: float


class SceneReader:
    """The keywords of one playbook, in all its languages. Immutable."""

    def __init__(self, playbook: Playbook) -> None:
        self._reasons = [
            (reason.contact_reason, word, pattern)
            for reason in playbook.contact_reasons.values()
            for words in reason.keywords.values()
            for word in words
            if (pattern := phrase_pattern(word)) is not None
        ]
        self._needs = [
            (need, pattern)
            for need, by_language in playbook.need_words.items()
            for words in by_language.values()
            for word in words
            if (pattern := phrase_pattern(word)) is not None
        ]

    def understand(self, utterance: str) -> Understood:
        """The reason whose matched words are longest together; at equal length the one the playbook names first.

        A mood outweighs a matter: with any word of emotion the need is `emotion`, else `issue` when a reason or a word of issue was found.
        """
        text = plain(utterance)
        scores: dict[str, int] = {}
        matched: list[str] = []
        for reason, word, pattern in self._reasons:
            if pattern.search(text):
                scores[reason] = scores.get(reason, 0) + _weight(word)
                matched.append(word)
        best = max(scores, key=lambda reason: scores[reason]) if scores else None
        needs = {need for need, pattern in self._needs if pattern.search(text)}
        need = "emotion" if "emotion" in needs else ("issue" if "issue" in needs or best is not None else None)
        margin = scores[best] / sum(scores.values()) if best is not None else 0.0
        return Understood(best, need, tuple(matched), margin)


def _weight(word: str) -> int:
    """Longer words say more; a Chinese character says about as much as three Latin letters."""
    return sum(1 if character.isascii() else 3 for character in plain(word) if character.isalnum())
