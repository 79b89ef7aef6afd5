"""A log one can learn the past's other course from: what was proposed, with which probability, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class BanditLog:
    """n rows, one per proposal with a known reward. actions: the k action ids, the columns of `logged`.

    action: (n,) column shown. reward: (n,) in the log's unit. logged: (n, k) probability with which each action would have been shown,
    0 for an action that could not be, NaN where the log does not say. customer: (n,) numbers, one per customer. context: what was known then,
    with `decision_id`, `decided_at`, `customer_id` and `channel` where the log has them.
    """

    actions: tuple[str, ...]
    action: NDArray[np.intp]
    reward: Matrix
    logged: Matrix
    customer: NDArray[np.int64]
    context: pa.Table

    @property
    def rows(self) -> int:
        return len(self.action)

    @property
    def shown(self) -> Matrix:
        """(n,) logged probability of what was shown."""
        return self.logged[np.arange(self.rows), self.action]

    @property
    def candidates(self) -> NDArray[np.bool_]:
        """(n, k): which actions could be proposed in each row."""
        return np.asarray(self.logged != 0, dtype=np.bool_)

    def of_shown(self, target: Matrix) -> Matrix:
        """(n,) the target's probability of what was shown."""
        return np.asarray(target[np.arange(self.rows), self.action], dtype=np.float64)

    @cached_property
    def features(self) -> "Features":
        """The context as numbers for a reward model."""
        return Features.of(self.context)

    def widened(self, actions: Sequence[str]) -> "BanditLog":
        """The same log with columns for further actions, none of which it ever shows."""
        further = tuple(action for action in actions if action not in self.actions)
        if not further:
            return self
        logged = np.hstack([self.logged, np.zeros((self.rows, len(further)))])
        return BanditLog((*self.actions, *further), self.action, self.reward, logged, self.customer, self.context)


@dataclass(frozen=True, slots=True)
class Features:
    """matrix: (n, columns); categorical: the columns that are codes of words, not numbers."""

    matrix: Matrix
    categorical: tuple[int, ...]

    @classmethod
    def of(cls, context: pa.Table) -> "Features":
        """Numbers as they are, words as codes; ids, times and what is neither are no context."""
        columns: list[NDArray[Any]] = []
        categorical: list[int] = []
        for name in context.column_names:
            column = context[name].combine_chunks()
            if name in {"decision_id", "customer_id", "decided_at"}:
                continue
            if pa.types.is_dictionary(column.type):
                column = column.dictionary_decode()
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                categorical.append(len(columns))
                column = column.dictionary_encode().indices
            elif not (pa.types.is_primitive(column.type) or pa.types.is_decimal(column.type)) or pa.types.is_temporal(column.type):
                continue
            columns.append(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
        return cls(np.column_stack(columns) if columns else np.empty((context.num_rows, 0)), tuple(categorical))
