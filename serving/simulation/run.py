"""What if: a draft against the last logged moments, side by side with the book that rules."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from serving.decision.book import CompiledBook
from serving.decision.decide import ContactHistory, Models
from serving.records.moments import LoggedMoment
from serving.simulation.again import Again
from serving.simulation.tally import Tally

MOVES_KEPT = 20


@dataclass(frozen=True, slots=True)
class Simulation:
    """moves: (first action of the live book, first action of the draft) with how often, the most frequent first; None is no action at all."""

    live_version: str
    draft_version: str
    live: Tally
    draft: Tally
    changed: int
    moves: tuple[tuple[tuple[str | None, str | None], int], ...]
    seconds: float


def simulate(
    logged: Iterable[LoggedMoment],
    live: CompiledBook,
    draft: CompiledBook,
    *,
    models: Models,
    history: ContactHistory,
    told: Callable[[int], None] = lambda _: None,
) -> Simulation:
    """Decide every moment twice. `told` hears how many are done."""
    begun = time.monotonic()
    sides = (Again(live, models, history), Again(draft, models, history))
    tallies = (Tally(), Tally())
    moves: Counter[tuple[str | None, str | None]] = Counter()
    for number, one in enumerate(logged, 1):
        customer_id = one.moment.customer_id
        firsts = [tally.add(customer_id, side.decide(one)) for side, tally in zip(sides, tallies, strict=True)]
        before, after = (first.action_id if first else None for first in firsts)
        if before != after:
            moves[before, after] += 1
        if number % 500 == 0:
            told(number)
    kept = tuple(moves.most_common(MOVES_KEPT))
    versions = live.playbook.version, draft.playbook.version
    return Simulation(*versions, *tallies, sum(moves.values()), kept, time.monotonic() - begun)
