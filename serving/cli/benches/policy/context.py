"""What a linear bandit may know: the same features and talk columns as the model, standardised, words as 0 and 1."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.customer import CustomerFeatures, FeatureSchema
from training.talk import TALK_TEXTS, Talk

Matrix = NDArray[np.float64]
_TALK_NUMBERS = ("sentiment", "wait_seconds", "transfers")
_MOST_WORDS = 20
_REACH = 3.0


@dataclass(frozen=True, slots=True)
class Context:
    """numbers: names with mean and spread; words: (column, word) pairs. A vector is 1, the numbers, the words."""

    numbers: tuple[str, ...]
    mean: Matrix
    spread: Matrix
    words: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, schema: FeatureSchema, rows: pa.Table) -> "Context":
        """Columns that vary over the past proposals."""
        table = np.column_stack([rows[name].to_numpy() for name in (*schema.numbers, *_TALK_NUMBERS)])
        table[:, np.isnan(table).all(axis=0)] = 0.0
        mean, spread = np.nanmean(table, axis=0), np.nanstd(table, axis=0)
        vary = np.flatnonzero(spread > 0)
        names = tuple(np.array((*schema.numbers, *_TALK_NUMBERS))[vary].tolist())
        words = [
            (name, word)
            for name in (*schema.texts, *TALK_TEXTS)
            for word in sorted(filter(None, rows[name].unique().to_pylist()))[:_MOST_WORDS]
        ]
        return cls(names, mean[vary], spread[vary], tuple(words))

    def matrix(self, rows: pa.Table) -> Matrix:
        """(n, columns) of past proposals."""
        numbers = np.column_stack([rows[name].to_numpy() for name in self.numbers])
        columns = {name: np.array(rows[name].to_pylist(), dtype=object) for name, _ in self.words}
        words = np.column_stack([(columns[name] == word).astype(np.float64) for name, word in self.words])
        return np.column_stack([np.ones(len(numbers)), self._standard(numbers), words])

    def vector(self, customer: CustomerFeatures, talk: Talk) -> Matrix:
        """(columns,) of one talk."""
        known = dict(zip(customer.schema.numbers, customer.numbers.tolist(), strict=True))
        known |= {name: np.nan if (value := getattr(talk, name)) is None else float(value) for name in _TALK_NUMBERS}
        texts = dict(zip(customer.schema.texts, customer.texts, strict=True)) | {name: getattr(talk, name) for name in TALK_TEXTS}
        numbers = np.array([known[name] for name in self.numbers])
        words = np.array([float(texts[name] == word) for name, word in self.words])
        return np.concatenate([[1.0], self._standard(numbers), words])

    def _standard(self, numbers: Matrix) -> Matrix:
        return np.asarray(np.clip(np.nan_to_num((numbers - self.mean) / self.spread), -_REACH, _REACH))
