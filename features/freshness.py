"""Is what we know still fresh, filled and like it was? One answer per view, for `features check`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.drift import Picture, from_plain, picture, psi, to_plain
from features.errors import ViewError
from features.home import Home

_KEYS = ("customer_id", "event_timestamp", "created")


@dataclass(frozen=True, slots=True)
class Limits:
    """age: of the newest row. psi: of any feature against the build before. null_rise: of a feature's null rate, in share."""

    age: timedelta = timedelta(days=2)
    psi: float = 0.25
    null_rise: float = 0.2


@dataclass(frozen=True, slots=True)
class ViewHealth:
    """psi and null_rise are missing (None) when there is no build before to compare with.

    null_rate: the mean over the view's features. worst: the feature that drifted most. complaints: every limit passed, in words.
    """

    view: str
    age: timedelta
    null_rate: float
    psi: float | None
    null_rise: float | None
    worst: str | None
    complaints: tuple[str, ...]


def check(home: Home, at: datetime, limits: Limits) -> list[ViewHealth]:
    """The health of every built view at `at`. Raises ViewError when nothing was built."""
    current = _read(_file(home, "current"))
    if current is None:
        raise ViewError(f"{home.views}: no view is built; run `playcall features build` first.")
    before = _read(_file(home, "before"))
    return [
        _health(name, pictures, before.get(name, {}) if before else {}, _age(home, name, at), limits) for name, pictures in current.items()
    ]


def remember_build(home: Home, views: Mapping[str, pa.Table]) -> None:
    """Keep the pictures of this build's newest rows; those of the build before become what drift is measured against.

    The newer build is drawn with the older one's bins, so that the two can be compared.
    """
    current, before = _file(home, "current"), _file(home, "before")
    if current.exists():
        current.replace(before)
    older = _read(before) or {}
    drawn = {name: _pictures(rows, older.get(name, {})) for name, rows in views.items()}
    plain = {name: {feature: to_plain(shown) for feature, shown in pictures.items()} for name, pictures in drawn.items()}
    current.write_text(json.dumps(plain), encoding="utf-8")


def newest_rows(file: Path) -> pa.Table:
    """The rows of a built view with the latest moment: every customer once."""
    newest = pc.max(pq.read_table(file, columns=["event_timestamp"])["event_timestamp"])
    return pq.read_table(file, filters=[("event_timestamp", "=", newest)])


def _pictures(rows: pa.Table, older: Mapping[str, Picture]) -> dict[str, Picture]:
    names = [name for name in rows.column_names if name not in _KEYS]
    return {name: picture(rows[name], older[name].edges if name in older else None) for name in names}


def _health(name: str, now: Mapping[str, Picture], before: Mapping[str, Picture], age: timedelta, limits: Limits) -> ViewHealth:
    drifts = {feature: psi(before[feature], shown) for feature, shown in now.items() if feature in before}
    rises = {feature: shown.null_rate - before[feature].null_rate for feature, shown in now.items() if feature in before}
    complaints = [f"{feature}: PSI {value:.2f} > {limits.psi}" for feature, value in drifts.items() if value > limits.psi]
    complaints += [
        f"{feature}: null rate up by {value:.2f} > {limits.null_rise}" for feature, value in rises.items() if value > limits.null_rise
    ]
    if age > limits.age:
        complaints.insert(0, f"newest row is {age} old > {limits.age}")
    null_rate = sum(shown.null_rate for shown in now.values()) / len(now)
    worst = max(drifts, key=lambda feature: drifts[feature], default=None)
    return ViewHealth(name, age, null_rate, max(drifts.values(), default=None), max(rises.values(), default=None), worst, tuple(complaints))


def _age(home: Home, view: str, at: datetime) -> timedelta:
    file = home.views / f"{view}.parquet"
    if not file.exists():
        raise ViewError(f"{file}: the view was built and its file is gone; run `playcall features build` again.")
    newest = pc.max(pq.read_table(file, columns=["event_timestamp"])["event_timestamp"]).as_py()
    built_at: datetime = newest.astimezone(UTC)
    return at - built_at


def _file(home: Home, which: str) -> Path:
    return home.views / f"pictures.{which}.json"


def _read(file: Path) -> dict[str, dict[str, Picture]] | None:
    if not file.exists():
        return None
    kept = json.loads(file.read_text(encoding="utf-8"))
    return {name: {feature: from_plain(plain) for feature, plain in pictures.items()} for name, pictures in kept.items()}
