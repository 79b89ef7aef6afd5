"""Which new item of a list was made from which old one, where neither ids nor equality tell."""

from playbooks.merging.tree import Tree

MOST_PAIRS = 10_000
"""Of a longer stretch only its length tells: one for one, or all new."""


def likes(old: list[Tree], new: list[Tree]) -> list[int | None]:
    """For each new item the number of the old one it was made from, in order: of all ways the one with the most said alike, then the earliest."""
    if len(old) * len(new) > MOST_PAIRS:
        return list(range(len(old))) if len(old) == len(new) else [None] * len(new)
    worth = [[_worth(one, other) for other in new] for one in old]
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in reversed(range(len(old))):
        for column in reversed(range(len(new))):
            together = best[row + 1][column + 1] + worth[row][column]
            best[row][column] = max(together, best[row + 1][column], best[row][column + 1])
    return _way(worth, best, len(new))


def _way(worth: list[list[int]], best: list[list[int]], length: int) -> list[int | None]:
    found: list[int | None] = [None] * length
    row = column = 0
    while row < len(worth) and column < length:
        if worth[row][column] and best[row][column] == best[row + 1][column + 1] + worth[row][column]:
            found[column] = row
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return found


def _worth(one: Tree, other: Tree) -> int:
    """0 for items of two kinds; a table is of the kind of another when one has all the keys of the other."""
    if isinstance(one, dict) and isinstance(other, dict):
        return 1 + 2 * _alike(one, other) if one.keys() <= other.keys() or other.keys() <= one.keys() else 0
    return 1 if type(one) is type(other) else 0


def _alike(one: Tree, other: Tree) -> int:
    """How many single values say the same."""
    if isinstance(one, dict) and isinstance(other, dict):
        return sum(_alike(value, other[key]) for key, value in one.items() if key in other)
    if isinstance(one, list) and isinstance(other, list):
        return sum(_alike(value, like) for value, like in zip(one, other, strict=False))
    return int(one == other)
