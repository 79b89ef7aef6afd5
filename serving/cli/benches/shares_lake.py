"""A lake made up for the bench of training by shares: persons with attributes, a contact and a proposal at a time, and an answer that trees can learn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.home import Home

START = np.datetime64("2026-01-01", "us")
DAYS = 180
END = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=DAYS)
PROPOSALS_EACH, ATTRIBUTES, ACTIONS = 4, 40, 12


def made_home(folder: Path, rows: int) -> Home:
    """So many proposals, four to a person, each answered within a minute. The same for the same number."""
    home, dice = Home(folder / "home"), np.random.default_rng(11)
    folder.mkdir(exist_ok=True)
    persons = rows // PROPOSALS_EACH
    known = dice.normal(size=(persons, ATTRIBUTES)).round(3)
    for table, columns in _tables(dice, rows, known).items():
        file = folder / f"{table}.parquet"
        pq.write_table(pa.table(columns), file)
        ingest_files(Lake(home), table, [file], now=END)
        file.unlink()
    return home


def _tables(dice: np.random.Generator, rows: int, known: NDArray[np.float64]) -> dict[str, dict[str, pa.Array]]:
    persons = len(known)
    who = np.arange(rows) % persons
    at = START + np.sort(dice.integers(0, DAYS * 86_400 - 60, rows)) * np.timedelta64(1, "s")
    action, sentiment = dice.integers(0, ACTIONS, rows), dice.uniform(-1, 1, rows).round(3)
    score = np.where(known[who, 0] * known[who, 1] > 0, 0.8, -0.8) + 0.4 * known[who, 2] + 0.5 * sentiment + 0.4 * (action % 3 == 0) - 1.2
    yes = dice.random(rows) < 1 / (1 + np.exp(-score))
    customer, talk, decision = _named("c", who), _named("i", np.arange(rows)), _named("d", np.arange(rows))
    key = {"decision_id": decision, "action_id": _named("action-", action)}
    born = {"birth_year": dice.integers(1940, 2005, persons), "city": _named("city-", dice.integers(0, 40, persons))}
    told = {f"measure_{place}": pa.array(known[:, place]) for place in range(ATTRIBUTES)}
    return {
        "customers": {"customer_id": _named("c", np.arange(persons)), "updated_at": _times(np.full(persons, START))} | born | told,
        "contacts": {
            "interaction_id": talk,
            "customer_id": customer,
            "started_at": _times(at),
            "ended_at": _times(at),
            "channel": _named("", np.array(["voice", "app", "wechat"])[dice.integers(0, 3, rows)]),
            "wait_seconds": dice.exponential(40, rows).round(1),
            "sentiment": sentiment,
        },
        "proposals": key
        | {"interaction_id": talk, "customer_id": customer, "proposed_at": _times(at + np.timedelta64(1, "s"))}
        | {"channel": pa.array(["voice"] * rows), "probability": dice.uniform(0.05, 1, rows).round(3)},
        "outcomes": key | {"outcome": np.where(yes, "accepted", "declined"), "occurred_at": _times(at + np.timedelta64(30, "s"))},
    }


def _named(start: str, numbers: NDArray[np.generic]) -> pa.Array:
    return pa.array([f"{start}{number}" for number in numbers.tolist()])


def _times(at: NDArray[np.datetime64]) -> pa.Array:
    return pa.array(at, pa.timestamp("us", "UTC"))
