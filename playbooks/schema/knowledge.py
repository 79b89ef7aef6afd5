"""Knowledge in the customer's words, and SOPs that unfold level by level."""

from dataclasses import dataclass
from datetime import datetime

from playbooks.schema.words import Text


@dataclass(frozen=True, slots=True)
class Article:
    """What you see is what you send (S6). questions: how customers ask it, by language. It is found while it is valid."""

    article_id: str
    title: Text
    questions: Text
    answer: Text
    contact_reasons: frozenset[str]
    valid_from: datetime | None
    valid_until: datetime | None
    place: str


@dataclass(frozen=True, slots=True)
class SopStep:
    """One level; children unfold under it (S5)."""

    title: Text
    text: Text
    children: tuple["SopStep", ...] = ()


@dataclass(frozen=True, slots=True)
class Sop:
    """It is found while it is valid."""

    sop_id: str
    title: Text
    keywords: tuple[str, ...]
    steps: tuple[SopStep, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    place: str
