"""How a talk begins and ends (S4): the greeting that fits brand, season and channel best."""

from collections.abc import Sequence
from datetime import date, timedelta

from playbooks.schema.playbook import Greeting, Playbook
from playbooks.schema.script import Script
from playbooks.schema.variable import GREETINGS
from playbooks.spoken import spoken_seconds

_DAYS = tuple(date(2024, 1, 1) + timedelta(days=number) for number in range(366))
"""Every day a season can name."""


def greeting(greetings: Sequence[Greeting], *, channel: str, language: str, day: date, brand: str = "") -> str | None:
    """The words of an opening or closing; None when the book has none for this channel and language.

    greetings: a playbook's openings or closings. day: in the playbook's zone. brand: the customer's line of cards, or nothing.
    One for the brand goes before one for the season, that before one for the channel; among equals the first of the book. Another brand's is never said.
    """
    fitting = [
        one
        for one in greetings
        if one.language == language and one.brand in {"", brand} and (not one.channels or channel in one.channels) and in_season(one, day)
    ]
    best = max(fitting, key=_closeness, default=None)
    return None if best is None else best.text


def greetings_of(playbook: Playbook, *, channel: str, language: str, day: date, brand: str = "") -> dict[str, str]:
    """What `{{ opening }}` and `{{ closing }}` say in a script; one the book does not have is left out."""
    there = zip(GREETINGS, (playbook.openings, playbook.closings), strict=True)
    said = {name: greeting(greetings, channel=channel, language=language, day=day, brand=brand) for name, greetings in there}
    return {name: text for name, text in said.items() if text is not None}


def longest(playbook: Playbook, script: Script, name: str) -> str:
    """The longest greeting that may stand in this script, on any of its channels and days; empty when there is none."""
    channels = script.channels or frozenset(playbook.channels)
    greetings = playbook.openings if name == GREETINGS[0] else playbook.closings
    fitting = (one.text for one in greetings if one.language == script.language and (not one.channels or one.channels & channels))
    return max(fitting, key=lambda text: spoken_seconds(text, script.language), default="")


def in_season(one: Greeting, day: date) -> bool:
    """Both ends included; a season may run over New Year."""
    if one.season_from is None or one.season_until is None:
        return True
    today = f"{day:%m-%d}"
    if one.season_from <= one.season_until:
        return one.season_from <= today <= one.season_until
    return today >= one.season_from or today <= one.season_until


def rival(one: Greeting, other: Greeting) -> bool:
    """Whether there is a talk that both fit, equally closely: only the book's first is said then."""
    if (one.language, one.brand, *_closeness(one)) != (other.language, other.brand, *_closeness(other)):
        return False
    return (not one.channels or bool(one.channels & other.channels)) and any(in_season(one, day) and in_season(other, day) for day in _DAYS)


def _closeness(one: Greeting) -> tuple[bool, bool, bool]:
    return bool(one.brand), one.season_from is not None, bool(one.channels)
