"""From the text of a condition to a syntax tree of bounded size; nothing is executed."""

import ast
import threading
from difflib import get_close_matches
from typing import NoReturn

from playbooks.condition.vocabulary import CLOSED_ROOTS, ROOTS
from playbooks.errors import ExpressionError

MAX_LENGTH = 2000
MAX_NODES = 400
MAX_DEPTH = 24
MAX_NUMBER = 1e15

_PARSER = threading.Lock()
"""Python 3.11 counts the depth of a tree it hands over per interpreter, not per thread: two parses at once end in a SystemError."""
KEYWORD_NAMES = {"true": True, "false": False, "null": None}


def refuse(place: str, what: str, mend: str) -> NoReturn:
    raise ExpressionError(f"{place}: {what}; {mend}")


def nearest(word: str, known: frozenset[str]) -> str:
    """A mend that names the nearest known word, or the whole list."""
    close = get_close_matches(word, sorted(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(sorted(known))}"


def parse_condition(source: str, place: str) -> ast.expr:
    """The tree of a condition, at most MAX_NODES large and MAX_DEPTH deep. Raises ExpressionError."""
    if len(source) > MAX_LENGTH:
        refuse(place, f"the condition has {len(source)} characters", f"keep it under {MAX_LENGTH}, or split it into two policies")
    text = " ".join(source.split())
    if not text:
        refuse(place, "the condition is empty", "write one, or leave the key out")
    try:
        with _PARSER:
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        shown = text if len(text) <= 80 else text[:77] + "..."
        raise ExpressionError(f"{place}: {shown!r} is not a condition; write comparisons joined by and, or, not") from error
    _bound(tree, place)
    return tree


def _bound(tree: ast.expr, place: str) -> None:
    """Refuse a tree that is too large or too deep, without recursion."""
    count = 0
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        count += isinstance(node, ast.expr)
        if depth > MAX_DEPTH or count > MAX_NODES:
            refuse(place, "the condition is too large", f"keep it under {MAX_NODES} parts and {MAX_DEPTH} levels, or split it")
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def dotted_name(node: ast.expr, place: str) -> str | None:
    """`customer.value_tier` for such a node, None for anything that is not a name. Raises ExpressionError for an unknown one."""
    if isinstance(node, ast.Name) and node.id not in KEYWORD_NAMES:
        refuse(place, f"{node.id!r} is not a value", f"write it as customer.{node.id}, scene.{node.id} or 'in quotes'")
    if not isinstance(node, ast.Attribute):
        return None
    if not isinstance(node.value, ast.Name):
        refuse(place, "a name has one dot", "write it as customer.value_tier")
    root, leaf = node.value.id, node.attr
    if root not in ROOTS:
        refuse(place, f"{root}.{leaf} is unknown", nearest(root, ROOTS))
    if root in CLOSED_ROOTS and leaf not in CLOSED_ROOTS[root]:
        refuse(place, f"{root}.{leaf} is unknown", nearest(leaf, CLOSED_ROOTS[root]))
    return f"{root}.{leaf}"


def literal(node: ast.expr, place: str) -> object:
    """The value of a literal, or the node itself when it is none. Numbers are bounded, so that arithmetic stays small."""
    if isinstance(node, ast.Name) and node.id in KEYWORD_NAMES:
        return KEYWORD_NAMES[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = literal(node.operand, place)
        return -value if isinstance(value, int | float) and not isinstance(value, bool) else node
    if not isinstance(node, ast.Constant):
        return node
    value = node.value
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int | float) and abs(value) <= MAX_NUMBER:
        return value
    return refuse(place, "a number is too large or of an unknown sort", "write a plain number under 1,000,000,000,000,000")
