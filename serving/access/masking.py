"""What of a customer each role sees (T2): the sections of the customer's page, by role."""

from collections.abc import Mapping
from enum import StrEnum

from serving.access.permissions import Role


class Section(StrEnum):
    """A part of what is known of a customer."""

    PERSON = "person"
    HABITS = "habits"
    CHANNELS = "channels"
    TRAIL = "trail"
    SERVICE = "service"
    MOOD = "mood"
    PROPOSALS = "proposals"
    SUPPRESSIONS = "suppressions"


_ALL = frozenset(Section)
SEES: Mapping[Role, frozenset[Section]] = {
    Role.AGENT: _ALL,
    Role.MANAGER: _ALL,
    Role.AUDITOR: _ALL,
    Role.ADMIN: _ALL,
    Role.SCIENTIST: _ALL - {Section.PERSON, Section.TRAIL},
    Role.OUTSOURCED_AGENT: frozenset({Section.TRAIL, Section.MOOD, Section.SUPPRESSIONS}),
    Role.APPROVER: frozenset(),
}
"""An agent from outside gets the trail, the mood as a word and what is off; no person, no money, no figures."""


def seen_by(role: str) -> frozenset[Section]:
    return SEES[Role(role)]
