"""Who is contacted, of all who could be: an assignment under the agents' time and the budget, by a solver that says how far from the best it may be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from serving.errors import PlanError
from serving.outbound.options import Option

TIME_LIMIT_SECONDS = 60.0
CLOSE_ENOUGH = 1e-4


@dataclass(frozen=True, slots=True)
class Limits:
    """agent_minutes: of the voice channels, per slot, None without limit. budget: money for attempts, None without limit."""

    agent_minutes: float | None = None
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """chosen: at most one option per customer. value: expected money; bound: no plan can bring more; gap: (bound - value) / bound. greedy: what best-first would bring."""

    chosen: tuple[Option, ...]
    value: float
    bound: float
    greedy: float

    @property
    def gap(self) -> float:
        return max(0.0, (self.bound - self.value) / self.bound) if self.bound > 0 else 0.0


def plan(options: Sequence[Option], limits: Limits) -> Plan:
    """The options that bring most together (HiGHS, mixed-integer). Raises PlanError when the solver finds nothing in time."""
    if not options:
        return Plan((), 0.0, 0.0, 0.0)
    value = np.array([option.value for option in options])
    found = milp(
        -value,
        constraints=_constraints(options, limits),
        integrality=np.ones(len(options)),
        bounds=Bounds(0, 1),
        options={"time_limit": TIME_LIMIT_SECONDS, "mip_rel_gap": CLOSE_ENOUGH},
    )
    if found.x is None:
        raise PlanError(f"the solver found no plan for {len(options):,} options in {TIME_LIMIT_SECONDS:.0f} s: {found.message}")
    picked = np.flatnonzero(found.x > 0.5)
    won = float(value[picked].sum())
    bound = -float(found.mip_dual_bound) if found.mip_dual_bound is not None else won
    return Plan(tuple(options[int(place)] for place in picked), won, max(bound, won), float(value[_greedy(options, limits)].sum()))


def _constraints(options: Sequence[Option], limits: Limits) -> list[LinearConstraint]:
    """One contact per customer; the agents' minutes of every slot; the budget."""
    bounds = [LinearConstraint(_by([option.customer_id for option in options], np.ones(len(options))), ub=1.0)]
    if limits.agent_minutes is not None:
        minutes = np.array([option.minutes for option in options])
        bounds.append(LinearConstraint(_by([option.slot.starts for option in options], minutes), ub=limits.agent_minutes))
    if limits.budget is not None:
        cost = np.array([option.cost for option in options])
        bounds.append(LinearConstraint(csr_array(cost[None, :]), ub=limits.budget))
    return bounds


def _by(keys: Sequence[object], amount: np.ndarray[tuple[int], np.dtype[np.float64]]) -> csr_array:
    """(distinct keys, options): the amount in the row of its key."""
    rows = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return csr_array((amount, ([rows[key] for key in keys], range(len(keys)))), shape=(len(rows), len(keys)))


def _greedy(options: Sequence[Option], limits: Limits) -> list[int]:
    """Best first, as long as it fits: what is commonly done, to show what the solver is worth."""
    taken: list[int] = []
    customers: set[str] = set()
    minutes: dict[object, float] = {}
    spent = 0.0
    for place in sorted(range(len(options)), key=lambda place: -options[place].value):
        option = options[place]
        used = minutes.get(option.slot.starts, 0.0) + option.minutes
        over = limits.agent_minutes is not None and used > limits.agent_minutes
        dear = limits.budget is not None and spent + option.cost > limits.budget
        if option.customer_id in customers or over or dear:
            continue
        taken.append(place)
        customers.add(option.customer_id)
        minutes[option.slot.starts] = used
        spent += option.cost
    return taken
