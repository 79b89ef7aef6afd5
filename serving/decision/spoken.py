"""What a script may say of this customer and this talk: the values of its variables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isnan
from zoneinfo import ZoneInfo

from playbooks.greetings import greetings_of
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from playbooks.schema.variable import GREETINGS
from serving.decision.moment import Moment
from serving.decision.reading import Read
from serving.decision.wording import said


def sources(variable: str) -> tuple[str, ...]:
    """Where a variable's value is looked for, first found first said: what the customer stated, a feature, a further column of the customer."""
    if "." in variable:
        return (variable,)
    return f"facts.{variable}", f"customer.{variable}", f"customer.attr_{variable}"


MOST_GREETED = 1_000
"""Greetings worked out once and remembered: by channel, language, day and brand."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The variables the scripts of one book speak."""

    variables: tuple[tuple[str, tuple[str, ...]], ...]
    zone: ZoneInfo
    greeting: Playbook | None = None
    """The book, where one of its scripts leaves a place for a greeting."""
    _greeted: dict[tuple[str, str, date, str], dict[str, str]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, variables: Iterable[str], playbook: Playbook) -> "Spoken":
        names = set(variables)
        greets = bool(names & set(GREETINGS))
        # A greeting is the book's: a customer's features and stated facts do not give it, but for the brand they carry.
        given = (names - set(GREETINGS)) | ({"brand"} if greets else set())
        looked = tuple((variable, sources(variable)) for variable in sorted(given))
        return cls(looked, ZoneInfo(playbook.timezone), playbook if greets else None)

    @property
    def names(self) -> frozenset[str]:
        """The dotted names to lay out."""
        return frozenset(name for _, names in self.variables for name in names)

    def values(self, moment: Moment, read: Read, language: str) -> dict[str, object]:
        """The known values by variable; a variable nobody knows is absent. language: that of the words."""
        today = moment.at.astimezone(self.zone).date()
        values: dict[str, object] = {"today": today}
        if moment.contact.wait_seconds is not None:
            values["wait_minutes"] = moment.contact.wait_seconds / 60.0
        for variable, names in self.variables:
            for name in names:
                value = read.get(name)
                if value is not None and not (isinstance(value, float) and isnan(value)):
                    values[variable] = value
                    break
        if self.greeting is not None:
            values |= self._greetings(self.greeting, moment.channel, language, today, str(values.get("brand", "")))
        return values

    def _greetings(self, book: Playbook, channel: str, language: str, day: date, brand: str) -> dict[str, str]:
        key = (channel, language, day, brand)
        found = self._greeted.get(key)
        if found is None:
            if len(self._greeted) >= MOST_GREETED:
                self._greeted.clear()
            found = self._greeted[key] = greetings_of(book, channel=channel, language=language, day=day, brand=brand)
        return found


def about(action: Action, values: Mapping[str, object], language: str) -> dict[str, object]:
    """The values of one action's script: its product is what its title says, unless somebody stated another."""
    return {"product": said(action.title, language), **values}
