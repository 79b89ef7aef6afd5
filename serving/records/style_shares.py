"""In which style each group of customers is advised: the visible half of fairness."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

import orjson
from sqlalchemy import select

from serving.decision.lift import INTERVAL
from serving.records.insights import Period
from serving.records.store import Store
from serving.records.tables import DECISIONS
from training.protected import age_band

MOST = 50_000
"""Decisions read, the newest of the period."""
LEAST = 100
"""Of a group: fewer say too little to be compared."""
FOUR_FIFTHS = 0.8
Groups = Literal["gender", "age", "tier"]
_D = DECISIONS.c


@dataclass(frozen=True, slots=True)
class Gap:
    """A style, and the two groups that hear it least and most often: their shares in [0, 1], with the standard error of the difference."""

    style: str
    least_to: str
    least: float
    most_to: str
    most: float
    standard_error: float

    @property
    def ratio(self) -> float:
        return self.least / self.most

    @property
    def far_apart(self) -> bool:
        """Less than four fifths, and more than chance explains (95 %)."""
        return self.ratio < FOUR_FIFTHS and self.most - self.least > INTERVAL * self.standard_error


def styles_heard(store: Store, tenant: str, period: Period, by: Groups) -> dict[str, Counter[str]]:
    """By group, how many decisions stood first in each style. Counted are those in which there was more than one style to choose from."""
    chosen = select(_D.answer, _D.features).where(*period.holds(tenant)).order_by(_D.decided_at.desc()).limit(MOST)
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for row in store.rows(chosen):
        cards, group = orjson.loads(row.answer)["actions"], _group(orjson.loads(row.features), by)
        if group is not None and cards and cards[0]["script"].get("style_probability", 1.0) < 1.0:
            heard[group][cards[0]["script"]["style"]] += 1
    return heard


def _group(read: Mapping[str, Any], by: Groups) -> str | None:
    if by == "age":
        return age_band(read.get("customer.age"))
    word: str | None = read.get("customer.gender" if by == "gender" else "customer.value_tier")
    return word


def gaps(heard: Mapping[str, Counter[str]]) -> list[Gap]:
    """For each style the groups that are furthest apart, among those with enough decisions; none with fewer than two such groups."""
    told = {group: styles for group, styles in heard.items() if styles.total() >= LEAST}
    if len(told) < 2:
        return []
    return [_gap(style, told) for style in sorted({style for styles in told.values() for style in styles})]


def _gap(style: str, told: Mapping[str, Counter[str]]) -> Gap:
    shares = {group: styles[style] / styles.total() for group, styles in told.items()}
    least, most = min(shares, key=lambda group: shares[group]), max(shares, key=lambda group: shares[group])
    error = sqrt(sum(shares[group] * (1.0 - shares[group]) / told[group].total() for group in (least, most)))
    return Gap(style, least, shares[least], most, shares[most], error)
