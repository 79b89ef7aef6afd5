"""Phrases that must, must not, or had better not be said."""

from dataclasses import dataclass
from enum import StrEnum

from playbooks.expression import Expression


class PhraseRule(StrEnum):
    REQUIRED = "required"
    FORBIDDEN = "forbidden"
    MINEFIELD = "minefield"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A minefield (M5) hurts in the scenes of `when` (None: always); `instead` is what to say in its place."""

    phrase: str
    language: str
    rule: PhraseRule
    when: Expression | None
    instead: str | None
    place: str
