"""From the tree of a condition to a new tree of our own making: only whitelisted nodes get through, every name becomes a local slot."""

import ast
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeAlias

from playbooks.condition.grammar import dotted_name, literal, refuse

ORDER = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)


class Sort(StrEnum):
    """What a slot is read as; a value of another sort is missing there."""

    NUMBER = "number"
    SCALAR = "scalar"
    TRUTH = "truth"
    MEMBERS = "members"


Slots: TypeAlias = dict[tuple[str, Sort], str]


def load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def missing(operand: ast.expr) -> ast.expr:
    return ast.Compare(operand, [ast.Is()], [ast.Constant(None)])


def choose(test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
    return ast.IfExp(test, then, otherwise)


class Translation:
    """One condition's translation. `slots` maps (dotted path, sort) to the local variable that holds it; `names` are the paths."""

    def __init__(self, source: str, place: str, slots: Slots | None = None) -> None:
        """slots: those of conditions that are translated before this one into the same function."""
        self.source = source
        self.place = place
        self.slots: Slots = {} if slots is None else slots
        self._temporaries = 0

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.slots}

    def truth(self, node: ast.expr) -> ast.expr:
        """A tree that gives True, False or None."""
        value = literal(node, self.place)
        if isinstance(value, bool):
            return ast.Constant(value)
        if isinstance(node, ast.BoolOp):
            return self._join([self.truth(part) for part in node.values], decided=isinstance(node.op, ast.Or))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self._once(self.truth(node.operand), lambda held: ast.UnaryOp(ast.Not(), held))
        if isinstance(node, ast.Compare):
            return self._comparisons(node)
        if isinstance(node, ast.Call):
            return self._known(node)
        name = dotted_name(node, self.place)
        if name is None:
            refuse(self.place, f"{self._shown(node)} is neither true nor false", "compare it with something")
        return self._slot(name, Sort.TRUTH)

    def _shown(self, node: ast.expr) -> str:
        text = ast.unparse(node)
        return repr(text if len(text) <= 60 else text[:57] + "...")

    def _slot(self, name: str, sort: Sort) -> ast.expr:
        return load(self.slots.setdefault((name, sort), f"v{len(self.slots)}"))

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _once(self, operand: ast.expr, then: Callable[[ast.expr], ast.expr]) -> ast.expr:
        """`then(operand)`, unknown where the operand is; the operand is worked out once."""
        if isinstance(operand, ast.Constant):
            return then(operand)
        if isinstance(operand, ast.Name):
            return choose(missing(operand), ast.Constant(None), then(operand))
        name = self._temporary()
        return choose(missing(ast.NamedExpr(ast.Name(name, ast.Store()), operand)), ast.Constant(None), then(load(name)))

    def _join(self, parts: Sequence[ast.expr], *, decided: bool) -> ast.expr:
        """`and` (decided=False) or `or` (decided=True): the deciding value wins over unknown, unknown over the other."""
        names = [self._temporary() for _ in parts]
        unknown = ast.BoolOp(ast.Or(), [missing(load(name)) for name in names])
        result = choose(unknown, ast.Constant(None), ast.Constant(not decided))
        for name, part in zip(reversed(names), reversed(parts), strict=True):
            held = ast.NamedExpr(ast.Name(name, ast.Store()), part)
            result = choose(ast.Compare(held, [ast.Is()], [ast.Constant(decided)]), ast.Constant(decided), result)
        return result

    def _comparisons(self, node: ast.Compare) -> ast.expr:
        left, pairs = node.left, []
        for operator, right in zip(node.ops, node.comparators, strict=True):
            pairs.append(self._comparison(left, operator, right))
            left = right
        return pairs[0] if len(pairs) == 1 else self._join(pairs, decided=False)

    def _comparison(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
        if isinstance(operator, ast.In | ast.NotIn):
            return self._membership(left, operator, right)
        if isinstance(operator, ast.Eq | ast.NotEq):
            return self._equality(left, operator, right)
        if type(operator) in ORDER:
            return self._both(self._number(left), operator, self._number(right))
        return refuse(self.place, "'is' is not a comparison here", "write == or !=")

    def _both(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
        return self._once(left, lambda a: self._once(right, lambda b: ast.Compare(a, [operator], [b])))

    def _equality(self, left: ast.expr, operator: ast.Eq | ast.NotEq, right: ast.expr) -> ast.expr:
        for one, other in ((left, right), (right, left)):
            if literal(one, self.place) is None:
                absent = missing(self._scalar(other))
                return absent if isinstance(operator, ast.Eq) else ast.UnaryOp(ast.Not(), absent)
        return self._both(self._scalar(left), operator, self._scalar(right))

    def _membership(self, left: ast.expr, operator: ast.In | ast.NotIn, right: ast.expr) -> ast.expr:
        if isinstance(right, ast.List | ast.Tuple | ast.Set):
            values = [literal(element, self.place) for element in right.elts]
            if not values or not all(isinstance(value, bool | int | float | str) for value in values):
                refuse(self.place, "a list holds one or more plain values", "write it as ['gold', 'vip']")
            return self._both(self._scalar(left), operator, ast.Constant(frozenset(values)))  # type: ignore[arg-type]
        name = dotted_name(right, self.place)
        if name is None:
            refuse(self.place, f"{self._shown(right)} is not a list", "write it as ['gold', 'vip']")
        return self._both(self._scalar(left), operator, self._slot(name, Sort.MEMBERS))

    def _known(self, node: ast.Call) -> ast.expr:
        one_argument = len(node.args) == 1 and not node.keywords
        if not (isinstance(node.func, ast.Name) and node.func.id == "known" and one_argument):
            refuse(self.place, f"{self._shown(node.func)} cannot be called here", "the only function is known(customer.age)")
        name = dotted_name(node.args[0], self.place)
        if name is None:
            refuse(self.place, "known() asks about one name", "write it as known(customer.age)")
        return ast.UnaryOp(ast.Not(), missing(self._slot(name, Sort.SCALAR)))

    def _scalar(self, node: ast.expr) -> ast.expr:
        """A tree that gives a text, a number, a truth or None."""
        value = literal(node, self.place)
        if isinstance(value, bool | int | float | str):
            return ast.Constant(value)
        if isinstance(node, ast.BinOp | ast.UnaryOp) and not isinstance(getattr(node, "op", None), ast.Not):
            return self._number(node)
        if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Call):
            return self.truth(node)
        name = dotted_name(node, self.place)
        if name is None:
            refuse(self.place, f"{self._shown(node)} cannot stand here", "compare names, numbers and texts")
        return self._slot(name, Sort.SCALAR)

    def _number(self, node: ast.expr) -> ast.expr:
        """A tree that gives a number or None. Division by zero is unknown."""
        value = literal(node, self.place)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return ast.Constant(value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self._once(self._number(node.operand), lambda held: ast.UnaryOp(ast.USub(), held))
        if isinstance(node, ast.BinOp):
            return self._arithmetic(node)
        name = None if isinstance(value, str) else dotted_name(node, self.place)
        if name is None:
            refuse(self.place, f"{self._shown(node)} is not a number", "only numbers are larger or smaller; compare words with == or in")
        return self._slot(name, Sort.NUMBER)

    def _arithmetic(self, node: ast.BinOp) -> ast.expr:
        if not isinstance(node.op, ARITHMETIC):
            refuse(self.place, f"{self._shown(node)} uses an unknown sign", "use + - * /")
        left, right = self._number(node.left), self._number(node.right)
        if not isinstance(node.op, ast.Div):
            return self._once(left, lambda a: self._once(right, lambda b: ast.BinOp(a, node.op, b)))

        def divide(a: ast.expr, b: ast.expr) -> ast.expr:
            return choose(ast.Compare(b, [ast.Eq()], [ast.Constant(0)]), ast.Constant(None), ast.BinOp(a, ast.Div(), b))

        return self._once(left, lambda a: self._once(right, lambda b: divide(a, b)))
