"""Which style suits this person now (S1): stated rules over the talk and the customer's habits, and a small, logged curiosity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playbooks.schema.words import Medium
from serving.decision.assignment import two_fractions
from serving.decision.moment import Moment
from serving.decision.reading import Read

CURIOSITY = 0.1
"""Share of talks in which the style is drawn uniformly among those there are."""

DISSATISFIED_AT = 0.5
LONG_WAIT_SECONDS = 60.0
MANY_APP_EVENTS = 20.0

STYLE_NAMES = frozenset({"customer.dissatisfaction", "customer.multichannel", "customer.app_events_30d"})
"""What the rules read of the customer, as dotted names."""


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A style and when it suits; the first rule whose style has a script decides."""

    style: str
    suits: Callable[[Moment, Read, Medium], bool]


def _at_least(read: Read, name: str, least: float) -> bool:
    value = read.get(name)
    return isinstance(value, float) and value >= least


def _feels(moment: Moment, read: Read, _: Medium) -> bool:
    """The mood comes first (M2)."""
    scene = moment.scene
    low = scene.sentiment is not None and scene.sentiment < 0.0
    return low or scene.need == "emotion" or _at_least(read, "customer.dissatisfaction", DISSATISFIED_AT)


def _waited(moment: Moment, _: Read, medium: Medium) -> bool:
    """Who waited long on the line has no patience for more (S2)."""
    return medium is Medium.VOICE and (moment.contact.wait_seconds or 0.0) >= LONG_WAIT_SECONDS


def _knows_the_way(_: Moment, read: Read, __: Medium) -> bool:
    """Who uses several channels, or the app a lot, knows the terms."""
    return _at_least(read, "customer.multichannel", 1.0) or _at_least(read, "customer.app_events_30d", MANY_APP_EVENTS)


RULES = (StyleRule("warm", _feels), StyleRule("concise", _waited), StyleRule("expert", _knows_the_way))


@dataclass(frozen=True, slots=True)
class Taste:
    """The styles that suit one talk, best first, and the chance of this decision (two numbers in [0, 1): whether to be curious, and about which)."""

    suiting: tuple[str, ...]
    gate: float
    arm: float

    @classmethod
    def of(cls, moment: Moment, read: Read, medium: Medium, seed: str) -> "Taste":
        """The same seed chooses the same."""
        return cls(tuple([rule.style for rule in RULES if rule.suits(moment, read, medium)]), *two_fractions("style", seed))

    def choose(self, options: Sequence[str]) -> tuple[str, float]:
        """A style of `options` (the book's order) and the probability of that choice: the first that suits, else the book's first, but for the curiosity."""
        count = len(options)
        if count == 1:
            return options[0], 1.0
        preferred = next((style for style in self.suiting if style in options), options[0])
        chosen = options[int(self.arm * count)] if self.gate < CURIOSITY else preferred
        return chosen, (1.0 - CURIOSITY if chosen == preferred else 0.0) + CURIOSITY / count
