"""Conditions a manager can write, compiled once per playbook version to a function. No eval of foreign code.

A small, stated subset of Python's expression grammar: names with one dot (`customer.value_tier`, `scene.sentiment`,
`facts.max_monthly_cost`, `agent.experience`, `contact.wait_seconds`, `action.kind`), numbers, strings, true, false, lists,
comparisons, `in`, `and`, `or`, `not`, `+ - * /`, and `known(x)`. A missing value makes a comparison unknown (three-valued
logic, as in SQL); the whole is met only when it is true.
`x == null` asks whether x is missing. A value of the wrong sort (a text where a number is compared) counts as missing.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from playbooks.condition.build import build_function
from playbooks.condition.grammar import parse_condition
from playbooks.condition.translate import Slots, Translation

Read = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled condition. `names` are the full dotted paths it reads; `uses_action` says whether it depends on the action.

    `function` is the same as calling the expression, without the cost of one Python call.
    """

    source: str
    place: str
    names: frozenset[str]
    uses_action: bool
    function: Callable[[Read], bool | None] = field(repr=False, compare=False)

    def __call__(self, read: Read) -> bool | None:
        """True, False, or None when a missing value (absent, None or NaN) leaves it open."""
        return self.function(read)

    def __reduce__(self) -> tuple[Callable[[str, str], "Expression"], tuple[str, str]]:
        return compile_expression, (self.source, self.place)


def compile_expression(source: str, place: str) -> Expression:
    """Compile one condition; `place` is file:line and starts every message. Raises ExpressionError."""
    translation = Translation(source, place)
    body = translation.truth(parse_condition(source, place))
    names = frozenset(translation.names)
    uses_action = any(name.startswith("action.") for name in names)
    return Expression(source, place, names, uses_action, build_function(body, translation.slots))


def compile_together(expressions: Sequence[Expression]) -> Callable[[Read], tuple[bool | None, ...]]:
    """One function with the answers of them all, in order: it reads each value once, however many conditions ask for it."""
    slots: Slots = {}
    bodies = [Translation(one.source, one.place, slots).truth(parse_condition(one.source, one.place)) for one in expressions]
    answers: Callable[[Read], tuple[bool | None, ...]] = build_function(ast.Tuple(bodies, ast.Load()), slots)
    return answers
