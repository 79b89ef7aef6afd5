"""Which wording did better (L3): the customers who heard the one on trial beside those who heard the standing one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from serving.decision.lift import INTERVAL
from serving.decision.trials import ON_TRIAL, STANDING
from serving.records.insights import Fate


@dataclass(frozen=True, slots=True)
class Arm:
    """accepted of presented proposals, to so many customers. standard_error of the rate; None with fewer than two customers."""

    customers: int
    presented: int
    accepted: int
    acceptance_rate: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class TrialTold:
    """difference: rate on trial minus standing rate, with its 95 % interval; None where it cannot be computed. shown: the interval leaves out 0."""

    script_id: str
    trial: Arm
    standing: Arm
    difference: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    shown: bool


def trials_of(fates: Iterable[Fate]) -> list[TrialTold]:
    """Every trial of which something was reported, by the id of its wording."""
    told: dict[str, dict[str, list[Fate]]] = defaultdict(lambda: {ON_TRIAL: [], STANDING: []})
    for fate in fates:
        if fate.trial is not None:
            script_id, arm = fate.trial
            told[script_id][arm].append(fate)
    return [_held(script_id, arm_of(arms[ON_TRIAL]), arm_of(arms[STANDING])) for script_id, arms in sorted(told.items())]


def arm_of(fates: Iterable[Fate]) -> Arm:
    """The rate is a ratio over customers, since one customer's answers hang together: its error is that of the linearised ratio
    (Cochran, Sampling Techniques, 1977, eq. 6.13, without finite correction), the binomial one times m / (m - 1) where everybody was asked once.
    """
    presented: dict[str, int] = defaultdict(int)
    accepted: dict[str, int] = defaultdict(int)
    for fate in fates:
        presented[fate.customer_id] += 1
        accepted[fate.customer_id] += fate.accepted
    count, asked, yes = len(presented), sum(presented.values()), sum(accepted.values())
    if not asked:
        return Arm(0, 0, 0, None, None)
    rate = yes / asked
    if count < 2:
        return Arm(count, asked, yes, rate, None)
    squares = sum((accepted[customer] - rate * number) ** 2 for customer, number in presented.items())
    return Arm(count, asked, yes, rate, sqrt(squares * count / (count - 1)) / asked)


def _held(script_id: str, trial: Arm, standing: Arm) -> TrialTold:
    rates, errors = (trial.acceptance_rate, standing.acceptance_rate), (trial.standard_error, standing.standard_error)
    if rates[0] is None or rates[1] is None or errors[0] is None or errors[1] is None:
        return TrialTold(script_id, trial, standing, None, None, None, None, shown=False)
    difference, error = rates[0] - rates[1], sqrt(errors[0] ** 2 + errors[1] ** 2)
    low, high = difference - INTERVAL * error, difference + INTERVAL * error
    return TrialTold(script_id, trial, standing, difference, error, low, high, shown=error > 0 and not low <= 0 <= high)
