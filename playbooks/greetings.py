"""How a talk begins and ends (S4): the greeting that fits brand, season and channel best."""

from collections.abc import Sequence
from datetime import date

from playbooks.schema.playbook import Greeting


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


def in_season(one: Greeting, day: date) -> bool:
    """Both ends included; a season may run over New Year."""
    if one.season_from is None or one.season_until is None:
        return True
    today = f"{day:%m-%d}"
    if one.season_from <= one.season_until:
        return one.season_from <= today <= one.season_until
    return today >= one.season_from or today <= one.season_until


def _closeness(one: Greeting) -> tuple[bool, bool, bool]:
    return bool(one.brand), one.season_from is not None, bool(one.channels)
