"""Whom the online store still owes an update: written down before the lake changes, struck off when the update is online.

So a killed process, or an online store that is away, delays news and loses none.
"""

import fcntl
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from features.events.manifest import sync_file, sync_folder
from features.events.touched import Touched
from features.home import Home


@dataclass(frozen=True, slots=True)
class Debt:
    """One delivery that is not online yet. generation: of the lake once the delivery is committed."""

    file: Path
    generation: int
    touched: Touched


def owe(home: Home, generation: int, touched: Touched) -> Debt:
    """Write down, durably, whom the commit of this generation will concern."""
    home.owed.mkdir(parents=True, exist_ok=True)
    file = home.owed / f"{generation:012d}-{secrets.token_hex(4)}.json"
    fresh = file.with_suffix(".new")
    times = [None if time is None else time.isoformat() for time in (touched.newest, touched.known)]
    fresh.write_text(json.dumps([sorted(touched.customers), sorted(touched.identities), *times]), encoding="utf-8")
    sync_file(fresh)
    fresh.replace(file)
    sync_folder(home.owed)
    return Debt(file, generation, touched)


def owed(home: Home, generation: int) -> list[Debt]:
    """What is owed up to this generation of the lake, oldest first. A later debt is of a delivery that is not committed yet."""
    debts = [_read(file) for file in sorted(home.owed.glob("*.json"))]
    return [debt for debt in debts if debt.generation <= generation]


def strike(debts: Sequence[Debt]) -> None:
    for debt in debts:
        debt.file.unlink(missing_ok=True)


@contextmanager
def settling(home: Home) -> Iterator[None]:
    """One at a time over all processes: whoever comes last has seen every commit before it, so nothing older overwrites it."""
    home.root.mkdir(parents=True, exist_ok=True)
    with (home.root / "online.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(file: Path) -> Debt:
    customers, identities, *times = json.loads(file.read_text(encoding="utf-8"))
    newest, known = (None if time is None else datetime.fromisoformat(time) for time in times)
    return Debt(file, int(file.name.partition("-")[0]), Touched(frozenset(customers), frozenset(identities), newest, known))
