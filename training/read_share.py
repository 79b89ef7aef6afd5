"""What a machine reads by itself: the labelled proposals of its share of the persons, encoded into a file of its own, a bounded part after the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from features.events.lake import Lake
from features.events.manifest import Manifest
from features.home import Home
from training.columns import ACTION, Columns
from training.kept_rows import KeptRows, write_batches
from training.saved import evidence_of
from training.training_set import Dealt, as_learned, micros, talks_of_proposals, to_learn_from
from training.weighing import Weighing

AT_ONCE = 20_000
"""Rows whose features are in memory at a time: about 300 megabytes with all they are made from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What every reader is told. manifest: the state of the lake they all read; windows and at: see `training_set`.

    until: microseconds; what was proposed from then on is left to judge. columns: the words' codes. weighing: None: all rows alike.
    """

    home: Home
    manifest: Manifest
    windows: Mapping[str, timedelta]
    at: datetime
    until: int
    columns: Columns
    weighing: Weighing | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """labels: all labelled proposals of the share. learned: by action id, how many of them are learned from."""

    labels: int
    learned: Mapping[str, int]


def read_share(asked: Asked, dealt: Dealt, file: Path) -> tuple[KeptRows, Tally]:
    """Encode the rows into `file`; in memory is their narrow part (who, when, the talk), and of the features those of one part at a time."""
    lake = Lake(asked.home, asked.manifest, threads=1)
    talks = to_learn_from(talks_of_proposals(lake, asked.windows, asked.at, dealt))
    labels = talks.num_rows
    # In the order of the customers a part needs little of the lake, whose files lie in that order.
    older = talks.filter(pa.array(micros(talks["at"]) < asked.until)).sort_by(
        [(name, "ascending") for name in ("customer_id", "at", "action_id")]
    )
    del talks
    batches = write_batches(file, asked.columns.names, _encoded(asked, lake, older))
    weight = None if asked.weighing is None else asked.weighing(older["probability"].cast(pa.float64()).to_numpy())
    kept = KeptRows(file, batches, older["label"].to_numpy().astype(np.float64), weight)
    return kept, Tally(labels, evidence_of(older[ACTION]))


def _encoded(asked: Asked, lake: Lake, talks: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, talks.num_rows, AT_ONCE):
        yield asked.columns.table(as_learned(lake, talks.slice(start, AT_ONCE)))
