"""What if: a draft against the last logged moments, side by side with the book that rules."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from serving.decision.beliefs import Beliefs
from serving.decision.book import CompiledBook
from serving.decision.decide import ContactHistory, Models
from serving.records.moments import LoggedMoment
from serving.simulation.again import Again
from serving.simulation.once import ReadOnce, ScoreOnce
from serving.simulation.tally import Tally

Move = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Simulation:
    """moves: (first action of the live book, first action of the draft) and how often; None is no action at all. seconds: all it took."""

    live_version: str
    draft_version: str
    live: Tally
    draft: Tally
    moves: Counter[Move]
    seconds: float

    @property
    def changed(self) -> int:
        """Moments in which another action stands first."""
        return self.moves.total()

    def joined(self, other: "Simulation", seconds: float) -> "Simulation":
        """Both together, of different moments. Adds to this one's counts."""
        self.live.join(other.live)
        self.draft.join(other.draft)
        return replace(self, moves=self.moves + other.moves, seconds=seconds)


def simulate(
    logged: Iterable[LoggedMoment],
    live: CompiledBook,
    draft: CompiledBook,
    *,
    models: Models,
    history: ContactHistory,
    beliefs: Callable[[str], Beliefs],
    told: Callable[[int], None] = lambda _: None,
) -> Simulation:
    """Decide every moment twice. `told` hears how many more are done."""
    begun = time.monotonic()
    champion, challenger = (None if one is None else ScoreOnce(one) for one in (models.champion, models.challenger))
    known, read = replace(models, champion=champion, challenger=challenger), ReadOnce(history)
    sides = (Again(live, known, read, beliefs), Again(draft, known, read, beliefs))
    tallies = (Tally(), Tally())
    moves: Counter[Move] = Counter()
    for one in logged:
        for source in (champion, challenger, read):
            if source is not None:
                source.turn_to_next()
        firsts = [tally.add(one.moment.customer_id, side.decide(one)) for side, tally in zip(sides, tallies, strict=True)]
        before, after = (first.action_id if first else None for first in firsts)
        if before != after:
            moves[before, after] += 1
        told(1)
    return Simulation(live.playbook.version, draft.playbook.version, *tallies, moves, time.monotonic() - begun)
