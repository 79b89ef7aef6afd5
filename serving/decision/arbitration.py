"""The price of every action: propensity (or what proposing adds) x context x value x lever - cost, every factor kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from playbooks.schema.policy import Weight
from playbooks.schema.words import ActionClass
from serving.decision.catalogue import Catalogue
from serving.decision.reading import Asked, Read
from serving.decision.record import Components
from training.price import chance, priority

Floats = NDArray[np.float64]


def factor_of(percent: Floats) -> Floats:
    """The factor of summed percentages: max(0, 1 + sum / 100). 20 + 20 + 15 -> 1.55; -120 -> 0; nothing -> 1."""
    return np.maximum(0.0, 1.0 + percent / 100.0)


@dataclass(frozen=True, slots=True)
class Conditional:
    """A percentage that counts only while its condition is true."""

    asked: Asked
    percent: float
    added: Floats


class Weights:
    """Levers or context weights of a book. Those that match an action are summed."""

    __slots__ = ("_always", "_conditional", "_count", "_fixed")

    def __init__(self, weights: Sequence[Weight], catalogue: Catalogue) -> None:
        self._count = len(catalogue.actions)
        self._always = np.zeros(self._count)
        self._conditional: list[Conditional] = []
        for weight in weights:
            covered = catalogue.covered(weight.target)
            added = _as_array(covered, self._count) * weight.percent
            if weight.when is None:
                self._always += added
                continue
            self._conditional.append(Conditional(Asked.of(weight.when, covered, catalogue.actions), weight.percent, added))
        self._fixed = factor_of(self._always)

    def factors(self, read: Read, alive: int) -> Floats:
        """(actions of the book,) factors; only those of living actions mean something."""
        percent: Floats | None = None
        for weight in self._conditional:
            met = weight.asked.met_by(alive, read)
            if met:
                percent = self._always.copy() if percent is None else percent
                percent += weight.added if not weight.asked.choices else _as_array(met, self._count) * weight.percent
        return self._fixed if percent is None else factor_of(percent)


def _as_array(bits: int, count: int) -> Floats:
    octets = np.frombuffer(bits.to_bytes(count // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(octets, bitorder="little")[:count].astype(np.float64)


@dataclass(frozen=True, slots=True)
class Priced:
    """The living actions, best first. slots: (n,) of the catalogue; the factors and the priority: (n,) each, money in the tenant's currency.

    Mandatory actions come first, `mandatory` of them; among themselves they too stand by priority. uplift: what was priced in place of the
    propensity, None where that was; empty: it was everywhere.
    """

    slots: tuple[int, ...]
    mandatory: int
    propensity: tuple[float, ...]
    context: tuple[float, ...]
    value: tuple[float, ...]
    lever: tuple[float, ...]
    cost: tuple[float, ...]
    priority: tuple[float, ...]
    evidence: tuple[float, ...]
    uplift: tuple[float | None, ...] = ()

    def components(self, position: int) -> Components:
        """The factors of the action at this position."""
        return Components(
            self.propensity[position], self.context[position], self.value[position], self.lever[position], self.cost[position]
        )

    def uplift_of(self, position: int) -> float | None:
        """What stands in the priority of the action at this position in place of its propensity."""
        return self.uplift[position] if self.uplift else None


class Arbitration:
    """The fixed numbers of a book's actions, by slot."""

    __slots__ = ("_context", "_cost", "_lever", "_mandatory", "_value")

    def __init__(self, catalogue: Catalogue, levers: Sequence[Weight], context_weights: Sequence[Weight]) -> None:
        self._value = np.array([action.value for action in catalogue.actions], dtype=np.float64)
        self._cost = np.array([action.cost for action in catalogue.actions], dtype=np.float64)
        self._mandatory = sum(action.action_class is ActionClass.MANDATORY for action in catalogue.actions)
        self._lever = Weights(levers, catalogue)
        self._context = Weights(context_weights, catalogue)

    def rank(
        self,
        slots: NDArray[np.intp],
        propensity: Floats,
        evidence: Floats,
        *,
        alive: int,
        channel_cost: float,
        read: Read,
        uplift: Floats | None = None,
    ) -> Priced:
        """Price and order the living actions. Equal priority: larger value first, then action id, which is the order of the catalogue's slots.

        slots, propensity, evidence: (n,), aligned, slots ascending. channel_cost: money per contact on this channel.
        uplift: (n,) what to price in place of the propensity, NaN where that decides.
        """
        context, lever = self._context.factors(read, alive)[slots], self._lever.factors(read, alive)[slots]
        value, cost = self._value[slots], self._cost[slots] + channel_cost
        worth = priority(chance(propensity, uplift), value, cost, context, lever)
        first = int(slots.searchsorted(self._mandatory))
        order = (-worth).argsort(kind="stable")
        if first:
            order = np.concatenate((order[order < first], order[order >= first]))
        columns = np.array((propensity, context, value, lever, cost, worth, evidence)).take(order, axis=1).tolist()
        priced = Priced(tuple(slots[order].tolist()), first, *map(tuple, columns))
        if uplift is None:
            return priced
        return replace(priced, uplift=tuple([None if isnan(one) else one for one in uplift[order].tolist()]))
