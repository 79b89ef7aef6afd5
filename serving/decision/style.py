"""Which style suits this person now (S1): stated rules at first, then more and more what people answered; and a small, logged curiosity."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

from playbooks.schema.words import Medium
from serving.decision.assignment import two_fractions
from serving.decision.beliefs import NOTHING_BELIEVED, UNKNOWN, Beliefs, Liked
from serving.decision.moment import Moment
from serving.decision.reading import Read
from training.scorer import Liking

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


def suiting(moment: Moment, read: Read, medium: Medium) -> tuple[str, ...]:
    """The styles that suit one talk by the stated rules, best first."""
    return tuple([rule.style for rule in RULES if rule.suits(moment, read, medium)])


def segment_of(medium: Medium, styles: tuple[str, ...]) -> str:
    """The segment a talk's answers are counted in: how it is held, and which style the rules would take first."""
    return f"{medium.value}/{styles[0] if styles else 'any'}"


@dataclass(frozen=True, slots=True)
class Taste:
    """The styles that suit one talk, best first, what is believed of styles in such talks, and the chance of this decision (two numbers in [0, 1))."""

    suiting: tuple[str, ...]
    gate: float
    arm: float
    segment: str = ""
    beliefs: Beliefs = NOTHING_BELIEVED
    liked: Mapping[str, Liked] = field(default_factory=dict)
    seed: str = ""
    _chosen: dict[tuple[str, ...], tuple[str, float]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls, moment: Moment, read: Read, medium: Medium, seed: str, *, beliefs: Beliefs = NOTHING_BELIEVED, likings: Mapping[str, Liking]
    ) -> "Taste":
        """The same seed, beliefs and likings choose the same."""
        styles = suiting(moment, read, medium)
        liked = {style: Liked(exp(liking.shift), liking.yes) for style, liking in likings.items()}
        return cls(styles, *two_fractions("style", seed), segment_of(medium, styles), beliefs, liked, seed)

    def ratio(self, style: str, propensity: float) -> float:
        """How many times likelier than the propensity says a yes is in this style."""
        return self.liked.get(style, UNKNOWN).ratio(propensity)

    def choose(self, options: tuple[str, ...]) -> tuple[str, float]:
        """A style of `options` (the book's order) and the probability of that choice.

        Without an answer it is the first that suits, else the book's first, but for the curiosity, which no style ever loses. With E answers in
        this segment, and yeses that taught the model what this person likes, E / (E0 + E) of the choices go by the chance that a style is the best of these here.
        """
        if len(options) == 1:
            return options[0], 1.0
        found = self._chosen.get(options)
        if found is None:
            found = self._chosen[options] = self._choose(options)
        return found

    def _choose(self, options: tuple[str, ...]) -> tuple[str, float]:
        preferred = next((style for style in self.suiting if style in options), options[0])
        liked = [self.liked.get(style, UNKNOWN) for style in options] if self.liked else []
        weight = self.beliefs.weight(self.segment, options, liked)
        best = self.beliefs.best(self.segment, options, liked) if weight else (0.0,) * len(options)
        chosen = self._draw(options, preferred, weight, best)
        believed = weight * best[options.index(chosen)] + (1.0 - weight if chosen == preferred else 0.0)
        return chosen, (1.0 - CURIOSITY) * believed + CURIOSITY / len(options)

    def choose_wording(self, script_ids: tuple[str, ...]) -> tuple[int, float]:
        """The place of one wording of a style among several, and the probability of that choice: the chance that it is the best here, and the curiosity."""
        gate, arm = two_fractions("wording", self.seed)
        count, best = len(script_ids), self.beliefs.best_wording(self.segment, script_ids)
        place = int(arm * count) if gate < CURIOSITY else _fallen_on(best, arm)
        return place, (1.0 - CURIOSITY) * best[place] + CURIOSITY / count

    def _draw(self, options: tuple[str, ...], preferred: str, weight: float, best: tuple[float, ...]) -> str:
        if self.gate < CURIOSITY:
            return options[int(self.arm * len(options))]
        if (self.gate - CURIOSITY) / (1.0 - CURIOSITY) >= weight:
            return preferred
        return options[_fallen_on(best, self.arm)]


def _fallen_on(chances: Sequence[float], arm: float) -> int:
    """The place that a number in [0, 1) falls on, each place as wide as its chance."""
    passed = 0.0
    for place, chance in enumerate(chances):
        passed += chance
        if arm < passed:
            return place
    return len(chances) - 1
