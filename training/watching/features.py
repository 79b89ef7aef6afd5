"""Do the features of what is served lie as they did in training?"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from features.drift import picture, psi

BY_CHANCE = 1e-6
"""A feature has gone silent when so many customers would all show one value by chance in less than this share of cases."""


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """psi of a feature against training, its missing share then and now in [0, 1].

    silent: the one value all rows show now ('missing' when all are), where training saw others too; None while the feature speaks.
    dated: it told the date already in training, so that half of the model does without it.
    """

    feature: str
    psi: float
    missing_before: float
    missing_now: float
    silent: str | None
    dated: bool


def feature_drift(
    learned: pa.Table, since: pa.Table, names: Iterable[str], customers: int, dated: Iterable[str] = ()
) -> list[FeatureDrift]:
    """Every feature that both tables have, the one that drifted most first. customers: how many different ones `since` shows."""
    known = set(dated)
    here = set(learned.column_names) & set(since.column_names)
    drifts = [_drift(name, learned[name], since[name], customers, dated=name in known) for name in names if name in here]
    return sorted(drifts, key=lambda drift: -drift.psi)


def _drift(name: str, before: pa.ChunkedArray, now: pa.ChunkedArray, customers: int, *, dated: bool) -> FeatureDrift:
    then = picture(before)
    today = picture(now, then.edges if pa.types.is_floating(before.type) else None)
    return FeatureDrift(name, psi(then, today), then.null_rate, today.null_rate, _silent(before, now, customers), dated)


def _silent(before: pa.ChunkedArray, now: pa.ChunkedArray, customers: int) -> str | None:
    """What all rows show now, unless training showed it so often that chance explains it."""
    different = pc.unique(now)
    if len(different) != 1 or not len(before):
        return None
    (value,) = different.to_pylist()
    same = before.null_count if value is None else pc.sum(pc.equal(before, value)).as_py() or 0
    return _word(value) if (same / len(before)) ** customers < BY_CHANCE else None


def _word(value: float | str | None) -> str:
    if value is None:
        return "missing"
    return f"{value:g}" if isinstance(value, float) else value
