"""The columns of the model: one encoder that training and serving both go through, so that they cannot drift apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.customer import CustomerFeatures, FeatureSchema
from training.encoded import coded, newest
from training.side_by_side import side_by_side
from training.talk import RECENT_NUMBERS, TALK_NUMBERS, TALK_TEXTS, Talk

ACTION = "action_id"
Matrix = NDArray[np.float64]
Slots = tuple[NDArray[np.intp], NDArray[np.intp], list[tuple[int, int, Mapping[str, int]]]]


@dataclass(frozen=True, slots=True)
class Columns:
    """numbers first, then texts as codes by their own dictionary. A missing value and a word never seen in training are both NaN."""

    numbers: tuple[str, ...]
    codes: Mapping[str, Mapping[str, int]]
    _slots: dict[FeatureSchema, Slots] = field(default_factory=dict, compare=False, repr=False)
    _talk: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, schema: FeatureSchema, rows: pa.Table) -> "Columns":
        """The columns for these training rows: every feature and talk column, and the action."""
        texts = (*schema.texts, *TALK_TEXTS, ACTION)
        words = side_by_side(lambda name: _words(rows[name]), texts)
        codes = {name: {word: code for code, word in enumerate(found)} for name, found in zip(texts, words, strict=True)}
        return cls((*schema.numbers, *TALK_NUMBERS), codes)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.numbers, *self.codes)

    @property
    def plain(self) -> list[int]:
        """Places of the numbers that are log-odds already."""
        return [place for place, name in enumerate(self.numbers) if name in RECENT_NUMBERS]

    @property
    def categorical(self) -> list[int]:
        return list(range(len(self.numbers), len(self.names)))

    def matrix(self, rows: pa.Table) -> Matrix:
        """(n, columns) of the rows; a column the rows lack is missing throughout."""
        return newest(self.table(rows), rows.num_rows)

    def table(self, rows: pa.Table) -> pa.Table:
        """The same by columns: for more rows than one wants to copy."""
        found, nothing = set(rows.column_names), pa.chunked_array([pa.nulls(rows.num_rows, pa.float64())])
        numbers = {name: rows[name].cast(pa.float64(), safe=False) if name in found else nothing for name in self.numbers}
        known = [name for name in self.codes if name in found]
        texts = dict(zip(known, side_by_side(lambda name: coded(rows[name], self.codes[name]), known), strict=True))
        return pa.table(numbers | {name: texts.get(name, nothing) for name in self.codes})

    @property
    def action(self) -> int:
        """The place of the action's code."""
        return self._talk_places()[ACTION]

    def rows(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Matrix:
        """(actions, columns) of one customer in one talk: the same numbers `matrix` gives."""
        encoded = np.tile(self.row(customer, talk), (len(action_ids), 1))
        encoded[:, self.action] = [self.codes[ACTION].get(action_id, np.nan) for action_id in action_ids]
        return encoded

    def action_codes(self, action_ids: Sequence[str]) -> NDArray[np.int64]:
        """(actions,) -1 for one never seen in training."""
        codes = self.codes[ACTION]
        return np.array([codes.get(action_id, -1) for action_id in action_ids], dtype=np.int64)

    def row(self, customer: CustomerFeatures, talk: Talk) -> Matrix:
        """(columns,) of one customer in one talk, the action missing. What an older model never knew of a talk it is not told."""
        row = self._customer_row(customer)
        to, values = self._said(talk)
        row[to] = values
        return row

    def block(self, customers: Sequence[CustomerFeatures], talks: Sequence[Talk]) -> Matrix:
        """(n, columns) of n customers, each in a talk: the rows that `row` gives one by one."""
        encoded = self._customer_rows(customers)
        rows: dict[Talk, list[int]] = {}
        for place, talk in enumerate(talks):
            rows.setdefault(talk, []).append(place)
        for talk, mine in rows.items():
            to, values = self._said(talk)
            encoded[np.ix_(np.array(mine), np.array(to, dtype=np.intp))] = values
        return encoded

    def _said(self, talk: Talk) -> tuple[list[int], list[float]]:
        """The places of what the talk says, and the codes and numbers it says there."""
        places = self._talk_places()
        numbers = dict(zip(TALK_NUMBERS, _talk_numbers(talk), strict=True))
        told = {name: np.nan if value is None else float(value) for name, value in numbers.items() if name in places}
        told |= {name: self.codes[name].get(getattr(talk, name), np.nan) for name in TALK_TEXTS if name in places}
        return [places[name] for name in told], list(told.values())

    def _talk_places(self) -> dict[str, int]:
        """Of the talk's columns and the action, as far as this model has them."""
        if not self._talk:
            asked = {*TALK_NUMBERS, *TALK_TEXTS, ACTION}
            self._talk.update({name: place for place, name in enumerate(self.names) if name in asked})
        return self._talk

    def _customer_row(self, customer: CustomerFeatures) -> Matrix:
        to, fro, texts = self._slots_of(customer.schema)
        row = np.full(len(self.names), np.nan)
        row[to] = customer.numbers[fro]
        for place, slot, codes in texts:
            word = customer.texts[slot]
            row[place] = np.nan if word is None else codes.get(word, np.nan)
        return row

    def _customer_rows(self, customers: Sequence[CustomerFeatures]) -> Matrix:
        rows = np.full((len(customers), len(self.names)), np.nan)
        alike: dict[int, list[int]] = {}
        for place, customer in enumerate(customers):
            alike.setdefault(id(customer.schema), []).append(place)
        for mine in alike.values():
            some = [customers[place] for place in mine]
            to, fro, texts = self._slots_of(some[0].schema)
            rows[np.ix_(np.array(mine), to)] = np.array([one.numbers for one in some])[:, fro]
            for column, slot, codes in texts:
                words = [one.texts[slot] for one in some]
                rows[mine, column] = [np.nan if word is None else codes.get(word, np.nan) for word in words]
        return rows

    def _slots_of(self, schema: FeatureSchema) -> Slots:
        """From where to where this schema's numbers go, and the column, the place and the codes of its texts."""
        if schema not in self._slots:
            here = {name: place for place, name in enumerate(self.names)}
            shared = [(here[name], slot) for slot, name in enumerate(schema.numbers) if name in here and name not in self.codes]
            texts = [(here[name], slot, self.codes[name]) for slot, name in enumerate(schema.texts) if name in self.codes]
            to, fro = np.array(shared, dtype=np.intp).reshape(-1, 2).T
            self._slots[schema] = (to, fro, texts)
        return self._slots[schema]

    def to_json(self) -> dict[str, object]:
        return {"numbers": list(self.numbers), "codes": {name: dict(codes) for name, codes in self.codes.items()}}

    @classmethod
    def from_json(cls, saved: Mapping[str, object]) -> "Columns":
        numbers, codes = saved["numbers"], saved["codes"]
        if not isinstance(numbers, list) or not isinstance(codes, dict):
            raise TypeError("columns.json needs a list 'numbers' and an object 'codes'; the saved model is damaged, train again")
        return cls(tuple(numbers), codes)


def _words(column: pa.ChunkedArray) -> list[str]:
    return sorted(word for word in column.unique().to_pylist() if word is not None)


def _talk_numbers(talk: Talk) -> tuple[float | None, ...]:
    return (talk.sentiment, talk.wait_seconds, talk.transfers, talk.at.hour, talk.at.weekday(), *(talk.recent or (None, None)))
