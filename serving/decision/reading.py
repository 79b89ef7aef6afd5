"""The values that conditions read, laid out once per decision: only the names this book's conditions use."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.customer import CustomerFeatures, FeatureSchema
from playbooks.expression import Expression
from playbooks.schema.action import Action
from serving.decision.moment import Moment

Read = dict[str, object]

FROM_MOMENT: Mapping[str, Callable[[Moment], object]] = {
    "scene.contact_reason": lambda moment: moment.scene.contact_reason,
    "scene.need": lambda moment: moment.scene.need,
    "scene.need_level": lambda moment: moment.scene.need_level,
    "scene.sentiment": lambda moment: moment.scene.sentiment,
    "scene.resolved": lambda moment: moment.scene.resolved,
    "scene.complaint": lambda moment: moment.scene.complaint,
    "scene.matter_open": lambda moment: moment.matter_open,
    "agent.experience": lambda moment: moment.agent.experience,
    "agent.certificates": lambda moment: moment.agent.certificates,
    "contact.wait_seconds": lambda moment: moment.contact.wait_seconds,
    "contact.transfers": lambda moment: moment.contact.transfers,
    "contact.estimated_wait_seconds": lambda moment: moment.contact.estimated_wait_seconds,
    "talk.channel": lambda moment: moment.channel,
    "talk.direction": lambda moment: moment.direction,
    "talk.language": lambda moment: moment.language,
}
FROM_ACTION: Mapping[str, Callable[[Action], object]] = {
    "action.action_id": lambda action: action.action_id,
    "action.kind": lambda action: action.kind.value,
    "action.group": lambda action: action.group,
    "action.class": lambda action: action.action_class.value,
    "action.value": lambda action: float(action.value),
    "action.cost": lambda action: float(action.cost),
}


def nobody(customer_id: str, schema: FeatureSchema) -> CustomerFeatures:
    """A customer of whom nothing can be read: every value missing."""
    return CustomerFeatures(customer_id, False, schema, np.full(len(schema.numbers), np.nan), (None,) * len(schema.texts))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the names of a book's conditions stand in one feature schema."""

    number_names: tuple[str, ...]
    number_slots: NDArray[np.intp]
    text_names: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, names: Iterable[str], schema: FeatureSchema) -> "Layout":
        numbers, texts = schema.number_slots(), schema.text_slots()
        wanted = sorted(name.removeprefix("customer.") for name in names if name.startswith("customer."))
        counted = [name for name in wanted if name in numbers]
        slots = np.array([numbers[name] for name in counted], dtype=np.intp)
        words = tuple((f"customer.{name}", texts[name]) for name in wanted if name in texts)
        return cls(tuple(f"customer.{name}" for name in counted), slots, words)


class Reading:
    """Lays out the values for a book's conditions. A name the customer's schema lacks stays missing, so no condition over it is met."""

    __slots__ = ("_layout", "_moment_names", "names", "schema")

    def __init__(self, names: Iterable[str], schema: FeatureSchema) -> None:
        self.names = frozenset(names)
        self.schema = schema
        self._layout = Layout.of(self.names, schema)
        self._moment_names = tuple((name, FROM_MOMENT[name]) for name in sorted(self.names) if name in FROM_MOMENT)

    def of(self, moment: Moment, customer: CustomerFeatures) -> Read:
        """The values by dotted name; a missing number or text is None, an unstated fact absent."""
        layout = self._layout if customer.schema is self.schema else self._relaid(customer.schema)
        numbers = customer.numbers[layout.number_slots].tolist()
        read: Read = dict(zip(layout.number_names, [None if isnan(number) else number for number in numbers], strict=True))
        for name, slot in layout.text_names:
            read[name] = customer.texts[slot]
        for name, value_of in self._moment_names:
            read[name] = value_of(moment)
        for fact, value in moment.scene.facts.items():
            read[f"facts.{fact}"] = value
        return read

    def _relaid(self, schema: FeatureSchema) -> Layout:
        return self._layout if schema == self.schema else Layout.of(self.names, schema)


def kept(read: Read, names: Iterable[str]) -> dict[str, float | str | None]:
    """What was read of these names, as the record keeps it: missing is None, a list of words is one text."""
    get = read.get
    plain: dict[str, Any] = {name: get(name) for name in names}
    certificates = plain.get("agent.certificates")
    if certificates is not None:
        plain["agent.certificates"] = " ".join(sorted(certificates))
    return plain


@dataclass(frozen=True, slots=True)
class Variant:
    """Actions that look alike to one condition: `bits` is their set, `values` what the condition reads of them."""

    bits: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition and the actions it is asked of (a set). choices is empty when it reads nothing of the action.

    decides_blind: unknown inputs can only leave it unknown, never turn it (it does not ask whether something is known), so that an answer
    without the action's values is the answer for all actions.
    """

    condition: Expression
    covered: int
    choices: tuple[Variant, ...]
    decides_blind: bool

    @classmethod
    def of(cls, condition: Expression, covered: int, actions: Iterable[Action]) -> "Asked":
        """Split the covered actions by the values the condition reads of them, so that it runs once per kind and not once per action."""
        names = sorted(name for name in condition.names if name in FROM_ACTION)
        alike: dict[tuple[object, ...], int] = {}
        for slot, action in enumerate(actions):
            if names and covered >> slot & 1:
                key = tuple(FROM_ACTION[name](action) for name in names)
                alike[key] = alike.get(key, 0) | (1 << slot)
        choices = tuple(Variant(bits, dict(zip(names, key, strict=True))) for key, bits in alike.items())
        return cls(condition, covered, choices, "known" not in condition.source and "null" not in condition.source)

    def met_by(self, alive: int, read: Read) -> int:
        """The set of the living covered actions for which the condition is true. Unknown is not true."""
        concerned = self.covered & alive
        if not concerned:
            return 0
        function = self.condition.function
        if not self.choices or self.decides_blind:
            answer = function(read)
            if answer is not None or not self.choices:
                return concerned if answer is True else 0
        met = 0
        seen = dict(read)
        for variant in self.choices:
            if variant.bits & concerned:
                seen.update(variant.values)
                if function(seen) is True:
                    met |= variant.bits
        return met & concerned
