"""From a translated tree to a function. The tree holds nothing but what translate.py put there."""

import ast
import math
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any

from playbooks.condition.translate import Slots, Sort, load

LARGEST_WHOLE_NUMBER = 10**18


def number(value: object) -> float | int | None:
    """A finite or infinite number; anything else is missing, and so are NaN and whole numbers past 10**18 (they would not divide)."""
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_WHOLE_NUMBER else None
    return None


def scalar(value: object) -> str | float | int | bool | None:
    if isinstance(value, str | bool):
        return value
    return number(value)


def truth(value: object) -> bool | None:
    """A flag as it is; flags kept as numbers (1, 0) by their number; a text is neither true nor false."""
    if isinstance(value, bool):
        return value
    counted = number(value)
    return None if counted is None else counted != 0


def members(value: object) -> frozenset[object] | None:
    """A list of plain values; anything else is missing."""
    if isinstance(value, frozenset):
        return value
    if isinstance(value, list | tuple | set):
        return frozenset(item for item in value if isinstance(item, str | bool | int | float))
    return None


READERS: Mapping[Sort, Callable[[object], object]] = {
    Sort.NUMBER: number,
    Sort.SCALAR: scalar,
    Sort.TRUTH: truth,
    Sort.MEMBERS: members,
}
USUAL: Mapping[Sort, str] = {Sort.NUMBER: "float", Sort.SCALAR: "str", Sort.TRUTH: "bool", Sort.MEMBERS: "frozenset"}


def build_function(body: ast.expr, slots: Slots) -> Callable[[Mapping[str, object]], Any]:
    """The function of one argument, a mapping from dotted path to value."""
    lines: list[ast.stmt] = [_assign("get", ast.Attribute(load("read"), "get", ast.Load()))] if slots else []
    for (name, sort), local in slots.items():
        lines.append(_assign(local, ast.Call(load("get"), [ast.Constant(name)], [])))
        lines.append(_settle(local, sort))
    lines.append(ast.Return(body))
    arguments = ast.arguments([], [ast.arg("read")], None, [], [], None, [])
    module = ast.Module([ast.FunctionDef("condition", arguments, lines, [])], [])
    code = compile(ast.fix_missing_locations(module), "<condition>", "exec")
    inner = next(constant for constant in code.co_consts if isinstance(constant, CodeType))
    around: dict[str, object] = {sort.value: reader for sort, reader in READERS.items()}
    return FunctionType(inner, {**around, "__builtins__": {}, "float": float, "str": str, "bool": bool, "frozenset": frozenset})


def _assign(local: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(local, ast.Store())], value)


def _settle(local: str, sort: Sort) -> ast.stmt:
    """Nothing, and the usual class of a value, pass untouched (a float also unless it is NaN); everything else goes through the reader."""
    kind = ast.Attribute(load(local), "__class__", ast.Load())
    there = ast.Compare(load(local), [ast.IsNot()], [ast.Constant(None)])
    unusual: ast.expr = ast.BoolOp(ast.And(), [there, ast.Compare(kind, [ast.IsNot()], [load(USUAL[sort])])])
    if sort is Sort.NUMBER:
        unusual = ast.BoolOp(ast.Or(), [unusual, ast.Compare(load(local), [ast.NotEq()], [load(local)])])
    return ast.If(unusual, [_assign(local, ast.Call(load(sort.value), [load(local)], []))], [])
