"""Which names a condition compares with which plain values; load and lint check the words."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from playbooks.condition.grammar import dotted_name, literal, parse_condition


@dataclass(frozen=True, slots=True)
class Compared:
    """`name operator value`, such as customer.age >= 18; the name is always on the left. operator: < <= > >= == != in."""

    name: str
    operator: str
    value: object


SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in", ast.NotIn: "in"}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def compared_values(source: str, place: str) -> list[Compared]:
    """Every comparison of a name with a literal, in the order written. Lists are taken apart, a value each."""
    found: list[Compared] = []
    for node in ast.walk(parse_condition(source, place)):
        if isinstance(node, ast.Compare):
            left = node.left
            for operator, right in zip(node.ops, node.comparators, strict=True):
                found.extend(comparison_of(left, operator, right, place))
                left = right
    return found


def comparison_of(left: ast.expr, operator: ast.cmpop, right: ast.expr, place: str) -> Iterator[Compared]:
    """One pair of a comparison as Compared values; nothing when it is not a name against literals."""
    sign = SIGNS.get(type(operator))
    if sign is None:
        return
    if isinstance(left, ast.Attribute) and isinstance(right, ast.List | ast.Tuple | ast.Set):
        for element in right.elts:
            yield Compared(str(dotted_name(left, place)), sign, literal(element, place))
    elif isinstance(left, ast.Attribute) and not isinstance(literal(right, place), ast.AST):
        yield Compared(str(dotted_name(left, place)), sign, literal(right, place))
    elif isinstance(right, ast.Attribute) and not isinstance(literal(left, place), ast.AST):
        if sign == "in":
            yield Compared(str(dotted_name(right, place)), "has", literal(left, place))
        else:
            yield Compared(str(dotted_name(right, place)), TURNED[sign], literal(left, place))
