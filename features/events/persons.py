"""Customers who are one person: out of the identities of the kind `customer_id`, as it was known at any moment.

Such a row says that the customer `value` is the person `customer_id` since it was verified; with both the same, that they are themselves
again. No other row changes: what came in under one id stays there, and whoever asks for the person asks for all ids at that moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import permutations
from pathlib import Path

import duckdb
import pyarrow as pa

from features.events.layout import stored_rows
from features.events.manifest import TableState
from features.events.tables import IDENTITIES, SAME_PERSON

_STEPS = """
SELECT value, customer_id, greatest(verified_at, known_at) AS since, superseded_at AS until, verified_at, attributes FROM ({rows})
WHERE kind = '{kind}' ORDER BY verified_at, known_at, seq
"""
_TIME = pa.timestamp("us")
_PAIR = pa.schema([*((name, pa.string()) for name in ("customer_id", "other_id", "person_id")), ("since", _TIME), ("until", _TIME)])


@dataclass(frozen=True, slots=True)
class Step:
    """A merge, or a parting (into is the customer's own id). Seen after `since` and up to `until`, None: still. Aware, UTC; said: by, reason."""

    customer_id: str
    into: str
    since: datetime
    until: datetime | None
    at: datetime
    said: Mapping[str, str] = field(default_factory=dict, hash=False)

    def seen_at(self, at: datetime) -> bool:
        return self.since < at and (self.until is None or self.until >= at)


@dataclass(frozen=True, slots=True)
class Span:
    """ids are one person after `since` and up to `until`, None: still. The id the person is counted under comes first."""

    ids: tuple[str, ...]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Persons:
    """steps: every merge and parting there was, in order of time."""

    steps: tuple[Step, ...] = ()
    _circles: Mapping[str, tuple[Step, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_circles", _circles(self.steps))

    def ids_at(self, customer_id: str, at: datetime) -> tuple[str, ...]:
        """Every id of the person at this moment, the one they are counted under first; of most customers their own alone."""
        seen = [step for step in self._circles.get(customer_id, ()) if step.seen_at(at)]
        return next((ids for ids in _groups(seen) if customer_id in ids), (customer_id,))

    def circle(self, customers: Iterable[str]) -> set[str]:
        """These customers and all who were ever merged with them."""
        wanted = set(customers)
        for customer in list(wanted):
            for step in self._circles.get(customer, ()):
                wanted |= {step.customer_id, step.into}
        return wanted

    @property
    def everyone(self) -> tuple[str, ...]:
        """Whoever was ever merged."""
        return tuple(self._circles)

    def of(self, customer_id: str) -> tuple[Step, ...]:
        """The steps that speak of this customer or of somebody merged with them."""
        return self._circles.get(customer_id, ())

    def spans(self, customers: Iterable[str] | None = None) -> Iterator[Span]:
        """Who was one person when, of these customers' circles or of all."""
        asked = self._circles if customers is None else [customer for customer in customers if customer in self._circles]
        for steps in {id(steps): steps for steps in (self._circles[customer] for customer in asked)}.values():
            cuts = sorted({step.since for step in steps} | {step.until for step in steps if step.until is not None})
            for since, until in zip(cuts, [*cuts[1:], None], strict=True):
                seen = [s for s in steps if s.since <= since and (s.until is None or (until is not None and s.until >= until))]
                yield from (Span(ids, since, until) for ids in _groups(seen))


def persons_of(state: TableState, lake: Path) -> Persons:
    """The persons as this state of the identities tells them."""
    return _persons(state, lake) if state.parts else Persons()


def tell_same_person(connection: duckdb.DuckDBPyConnection, persons: Persons, customers: Sequence[str] | None = None) -> None:
    """Make the relation same_person, for these customers or for all. A pair stands in it both ways."""
    rows = [
        (one, other, span.ids[0], span.since.replace(tzinfo=None), span.until and span.until.replace(tzinfo=None))
        for span in persons.spans(customers)
        for one, other in permutations(span.ids, 2)
    ]
    connection.register("pairs", pa.Table.from_pylist([dict(zip(_PAIR.names, row, strict=True)) for row in rows], schema=_PAIR))
    connection.execute("CREATE TABLE same_person AS FROM pairs")
    connection.unregister("pairs")


@lru_cache(maxsize=16)
def _persons(state: TableState, lake: Path) -> Persons:
    asked = _STEPS.format(rows=stored_rows(IDENTITIES, state, lake), kind=SAME_PERSON)
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(asked).fetchall()
    return Persons(
        tuple(
            Step(who, into, since.replace(tzinfo=UTC), until and until.replace(tzinfo=UTC), at.replace(tzinfo=UTC), dict(said or {}))
            for who, into, since, until, at, said in rows
        )
    )


def _circles(steps: Sequence[Step]) -> dict[str, tuple[Step, ...]]:
    """Every customer's steps: those of all who were ever connected with them. Customers of one circle share one tuple."""
    leader: dict[str, str] = {}
    for step in steps:
        leader[_root(leader, step.customer_id)] = _root(leader, step.into)
    mine: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        mine[_root(leader, step.into)].append(step)
    shared = {root: tuple(found) for root, found in mine.items()}
    return {who: shared[_root(leader, who)] for step in steps for who in (step.customer_id, step.into)}


def _groups(seen: Sequence[Step]) -> list[tuple[str, ...]]:
    """The persons of more than one id. First comes the id that is merged into no other; in a circle, and after it, the order of the ids."""
    leader: dict[str, str] = {}
    merged = {step.customer_id for step in seen if step.into != step.customer_id}
    for step in seen:
        leader[_root(leader, step.customer_id)] = _root(leader, step.into)
    together: dict[str, set[str]] = defaultdict(set)
    for who in {who for step in seen for who in (step.customer_id, step.into)}:
        together[_root(leader, who)].add(who)
    return [tuple(sorted(ids, key=lambda who: (who in merged, who))) for ids in together.values() if len(ids) > 1]


def _root(leader: dict[str, str], who: str) -> str:
    while leader.setdefault(who, who) != who:
        who = leader[who]
    return who
