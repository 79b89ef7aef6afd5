"""Curiosity with a known price: who stands where by chance, and with which probability that was so."""

from dataclasses import dataclass

from serving.decision.assignment import fraction, two_fractions


@dataclass(frozen=True, slots=True)
class Place:
    """position: where the action stood by priority, 0 the best. probability: of standing at this rank, over all draws. explored: chance put it here."""

    position: int
    probability: float
    explored: bool


def probability_at(position: int, rank: int, count: int, share: float) -> float:
    """The probability that the action at `position` of `count` stands at `rank` (both from 0).

    With probability 1 - share the order is kept; else one of all, drawn uniformly, moves to the top and those before it move down by one.
    Over all positions the probabilities of one rank sum to 1.
    """
    kept = 1.0 - share if position == rank else 0.0
    if rank == 0:
        return kept + share / count
    if position == rank:
        return kept + share * position / count
    return share * (count - 1 - position) / count if position == rank - 1 else 0.0


def probabilities_at(rank: int, count: int, share: float, *, by_chance: bool) -> tuple[float, ...]:
    """The probability of each position, (count,), to stand at `rank` (from 0). by_chance: the control group's order, else exploration's."""
    if by_chance:
        return (1.0 / count,) * count
    return tuple(probability_at(position, rank, count, share) for position in range(count))


def explore(count: int, limit: int, share: float, seed: str) -> list[Place]:
    """The first `limit` ranks of `count` actions. The same seed draws the same order."""
    if count == 0:
        return []
    gate, arm = two_fractions("exploration", seed)
    drawn = int(arm * count) if gate < share else 0
    order = [drawn, *range(drawn), *range(drawn + 1, max(limit, drawn) + 1)][: min(limit, count)]
    return [Place(position, probability_at(position, rank, count, share), rank == 0 and drawn > 0) for rank, position in enumerate(order)]


def shuffle(count: int, limit: int, seed: str) -> list[Place]:
    """The control group's order: uniform over all orders, so each stands at each rank with probability 1 / count."""
    order = list(range(count))
    for rank in range(min(limit, count)):
        other = rank + int(fraction(f"control:rank:{rank}", seed) * (count - rank))
        order[rank], order[other] = order[other], order[rank]
    return [Place(position, 1.0 / count, True) for position in order[:limit]]
