"""Texts made comparable: full width, traditional characters, letter case and spacing tricks do not hide a word."""

import re
import unicodedata
from functools import lru_cache

from playbooks.traditional import SIMPLIFIED, TRADITIONAL

TO_SIMPLIFIED: dict[int, int | str] = {**str.maketrans(TRADITIONAL, SIMPLIFIED), ord("帐"): "账"}
HIDDEN = frozenset({"Cf", "Cc", "Mn", "Me"})
GAP = r"[\W_]{0,3}"
LATIN = re.compile(r"[a-z0-9]")


def plain(text: str) -> str:
    """NFKC, small letters, simplified characters, without invisible characters and accents; white space is one blank."""
    composed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    seen = "".join(c if c not in "\t\n\r" else " " for c in composed if c in "\t\n\r" or unicodedata.category(c) not in HIDDEN)
    return " ".join(unicodedata.normalize("NFC", seen).casefold().translate(TO_SIMPLIFIED).split())


@lru_cache(maxsize=8192)
def phrase_pattern(phrase: str) -> re.Pattern[str] | None:
    """A pattern for plain() texts that finds the phrase also with up to three signs or blanks between its letters.

    A Latin phrase is found as whole words only. None when the phrase holds no letter at all.
    """
    letters = [c for c in plain(phrase) if c.isalnum()]
    if not letters:
        return None
    body = GAP.join(map(re.escape, letters))
    before = r"(?<![a-z0-9])" if LATIN.match(letters[0]) else ""
    after = r"(?![a-z0-9])" if LATIN.match(letters[-1]) else ""
    return re.compile(before + body + after)


def contains(text: str, phrase: str) -> bool:
    """Whether a text says the phrase, however it is dressed up. `text` may be plain() already."""
    pattern = phrase_pattern(phrase)
    return pattern is not None and pattern.search(plain(text)) is not None
