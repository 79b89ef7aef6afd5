"""What a condition demands of each name, as far as it is certain: the comparisons that all must hold, as intervals and word sets."""

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from playbooks.condition.compared import Compared, comparison_of
from playbooks.condition.grammar import dotted_name, parse_condition

DOMAINS = {
    "scene.sentiment": (-1.0, 1.0),
    "contact.wait_seconds": (0.0, math.inf),
    "contact.transfers": (0.0, math.inf),
    "contact.estimated_wait_seconds": (0.0, math.inf),
}


@dataclass(frozen=True, slots=True)
class Demand:
    """low .. high with open ends where said; words: the only ones allowed (None: any); barred: those that are not."""

    low: float = -math.inf
    low_open: bool = False
    high: float = math.inf
    high_open: bool = False
    words: frozenset[object] | None = None
    barred: frozenset[object] = frozenset()

    @property
    def impossible(self) -> bool:
        empty = self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))
        return empty or (self.words is not None and not self.words - self.barred)

    def met_with(self, other: "Demand") -> "Demand":
        """Both demands at once."""
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, closed = min((self.high, not self.high_open), (other.high, not other.high_open))
        words = self.words if other.words is None else (other.words if self.words is None else self.words & other.words)
        return Demand(low, low_open, high, not closed, words, self.barred | other.barred)


def demands(source: str, place: str) -> dict[str, Demand]:
    """Name -> what must hold of it for the condition to be true. What is not certain is left out, so an empty result demands nothing."""
    found: dict[str, Demand] = {}
    for name, demand in _certain(parse_condition(source, place), place):
        start = Demand(*_domain(name)) if name in DOMAINS else Demand()
        found[name] = found.get(name, start).met_with(demand)
    return found


def _domain(name: str) -> tuple[float, bool, float, bool]:
    low, high = DOMAINS[name]
    return low, False, high, False


def _certain(node: ast.expr, place: str) -> Iterator[tuple[str, Demand]]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from _certain(part, place)
    elif isinstance(node, ast.Compare):
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            yield from _compared(list(comparison_of(left, operator, right, place)))
            left = right
    elif isinstance(node, ast.Attribute):
        yield f"{dotted_name(node, place)} as a flag", Demand(words=frozenset({"true"}))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Attribute):
        yield f"{dotted_name(node.operand, place)} as a flag", Demand(words=frozenset({"false"}))


def _compared(found: list[Compared]) -> Iterator[tuple[str, Demand]]:
    """The demand of one pair; a list after `in` is one demand."""
    if not found or any(isinstance(one.value, bool) or one.value is None for one in found):
        return
    name, sign = found[0].name, found[0].operator
    values = frozenset(one.value for one in found)
    if sign in {"in", "=="} and all(isinstance(value, str) for value in values):
        yield name, Demand(words=values)
    elif sign in {"not in", "!="} and all(isinstance(value, str) for value in values):
        yield name, Demand(barred=values)
    elif all(isinstance(value, int | float) for value in values) and sign in _NUMBERS:
        numbers = [float(str(value)) for value in values]
        yield name, _numeric(sign, numbers)


_NUMBERS = frozenset({"<", "<=", ">", ">=", "==", "in"})


def _numeric(sign: str, numbers: list[float]) -> Demand:
    if sign in {"==", "in"}:
        return Demand(low=min(numbers), high=max(numbers))
    number, open_end = numbers[0], sign in {"<", ">"}
    if sign in {"<", "<="}:
        return Demand(high=number, high_open=open_end)
    return replace(Demand(), low=number, low_open=open_end)
