"""Latin words and pinyin with a slip of the keys: one letter missing, too many, wrong, or two changed about."""

from collections.abc import Iterable, Iterator

SHORTEST = 4
LONGEST = 24


class Spelling:
    """The words of one index by what is left of each with one letter struck out, so that a look-up costs as much as the word is long."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known = frozenset(words)
        self._near: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if SHORTEST <= len(word) <= LONGEST and word.isalpha():
                for left in _struck(word):
                    self._near.setdefault(left, []).append(word)

    def near(self, word: str) -> list[str]:
        """Known words one slip away, in the order of the alphabet; none for a word that is known or too short to tell."""
        if word in self._known or not SHORTEST <= len(word) <= LONGEST:
            return []
        found = {known for left in _struck(word) for known in self._near.get(left, ())}
        return sorted(known for known in found if _one_slip(word, known))


def _struck(word: str) -> Iterator[str]:
    yield word
    yield from {word[:at] + word[at + 1 :] for at in range(len(word))}


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter is missing, too many or wrong, or two neighbours stand the wrong way round (Damerau 1964)."""
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    wrong = [at for at in range(len(one)) if one[at] != other[at]]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        return one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]
    return len(wrong) == 1
