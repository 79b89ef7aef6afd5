"""Rows kept as columns: a frozen dataclass of equally long arrays that can be cut, shifted and stacked."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray


class Columns:
    """Every field is an array of one length."""

    __slots__ = ()

    def _arrays(self) -> list[NDArray[Any]]:
        return [getattr(self, field.name) for field in fields(self)]  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._arrays()[0])

    def take(self, rows: NDArray[Any]) -> Self:
        """Only these rows; indices or a mask."""
        return type(self)(*(array[rows] for array in self._arrays()))

    def shift(self, **by: int) -> Self:
        """Row numbers that point into another table, moved by where that table now begins."""
        return replace(self, **{name: getattr(self, name) + offset for name, offset in by.items()})  # type: ignore[type-var]


Kind = TypeVar("Kind", bound=Columns)


def stack(parts: Sequence[Kind]) -> Kind:
    """One under the other; at least one part."""
    return type(parts[0])(*(np.concatenate(arrays) for arrays in zip(*(part._arrays() for part in parts), strict=True)))
