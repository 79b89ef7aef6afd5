"""The training set: every labelled proposal with what was known of the customer and the talk at its second, and nothing later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.action_history import BEFORE_NUMBERS
from features.action_history_at import action_features_at
from features.build import feature_schema, features_at
from features.customer import FeatureSchema
from features.events.lake import Lake
from features.share import Share
from training.errors import TooFewLabels
from training.label_table import labelled_proposals
from training.recent import Level
from training.talk import RECENT_NUMBERS, TALK_NUMBERS, TALK_TEXTS

LEAST_LABELS = 200

_TALKS = """
WITH first_told AS (
    -- What a contact was about, as it was first told: a correction was known to nobody who proposed in it.
    SELECT * FROM contacts WHERE superseded_at IS NULL OR superseded_at > known_at
    QUALIFY row_number() OVER (PARTITION BY interaction_id ORDER BY known_at) = 1
)
SELECT l.label, l.label_at, l.label_known_at, l.decided_by, l.decision_id, l.action_id, l.customer_id, l.interaction_id, l.proposed_at AS "at",
    l.rank, l.script_id, l.style, l.probability, l.attributes['group'] AS assignment, l.channel,
    l.attributes['model'] AS model_version, try_cast(l.attributes['propensity'] AS DOUBLE) AS propensity,
    l.attributes['shadow_version'] AS shadow_version, try_cast(l.attributes['shadow_propensity'] AS DOUBLE) AS shadow_propensity,
    coalesce(l.attributes['direction'], c.direction) AS direction,
    coalesce(l.attributes['contact_reason'], c.contact_reason) AS contact_reason,
    l.attributes['need'] AS need,
    try_cast(l.attributes['sentiment'] AS DOUBLE) AS sentiment,
    coalesce(try_cast(l.attributes['wait_seconds'] AS DOUBLE), c.wait_seconds) AS wait_seconds,
    try_cast(l.attributes['transfers'] AS DOUBLE) AS transfers,
    hour(l.proposed_at)::DOUBLE AS hour, (isodow(l.proposed_at) - 1)::DOUBLE AS weekday
FROM labelled l LEFT JOIN first_told c USING (interaction_id)
ORDER BY l.proposed_at, l.decision_id, l.action_id
"""


@dataclass(frozen=True, slots=True)
class Dealt:
    """The proposals made to a share of the persons, with the level of the day by everybody's answers."""

    share: Share
    level: Level


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """rows: n labelled proposals, oldest first: customer features, talk columns, action_id, what became of it before, and the style it was said in. label: (n,) of 0 and 1. at: (n,) datetime64[us], UTC.

    probability: (n,) with which each action was shown, NaN where nobody logged it; None: nobody did.
    """

    schema: FeatureSchema
    rows: pa.Table
    label: NDArray[np.float64]
    at: NDArray[np.datetime64]
    probability: NDArray[np.float64] | None = None

    @property
    def action_ids(self) -> list[str]:
        return [str(action) for action in self.rows["action_id"].to_pylist()]

    def part(self, start: float, end: float) -> "TrainingSet":
        """The rows from share `start` to share `end` of the time order, both in [0, 1]."""
        first, last = int(start * len(self.label)), int(end * len(self.label))
        probability = None if self.probability is None else self.probability[first:last]
        return TrainingSet(self.schema, self.rows.slice(first, last - first), self.label[first:last], self.at[first:last], probability)


def training_set(lake: Lake, windows: Mapping[str, timedelta], at: datetime, dealt: Dealt | None = None) -> TrainingSet:
    """What can be learned at `at`; windows are the response windows by action id. dealt: from these proposals only; None: from all.

    Raises TooFewLabels below 200 labelled proposals or with one label only.
    """
    talks = to_learn_from(talks_of_proposals(lake, windows, at, dealt))
    label = talks["label"].to_numpy().astype(np.float64)
    if len(label) < LEAST_LABELS or label.min() == label.max():
        raise TooFewLabels(
            f"{lake.folder}: {len(label)} labelled proposals, {int(label.sum())} of them a yes; "
            f"at least {LEAST_LABELS} with both answers are needed: ingest more proposals and outcomes."
        )
    when, probability = pc.cast(talks["at"], pa.timestamp("us")).to_numpy(), talks["probability"].cast(pa.float64()).to_numpy()
    return TrainingSet(feature_schema(lake), as_learned(lake, talks), label, when, probability)


def to_learn_from(talks: pa.Table) -> pa.Table:
    """Those of `talks_of_proposals` that have a label and are not the control group's."""
    talks = without_control(talks)
    return talks.filter(pc.is_valid(talks["label"]))


def without_control(talks: pa.Table) -> pa.Table:
    """The control group is what lift is measured against: its random decisions stay out of what is learned and of every report on the model."""
    return talks.filter(pc.invert(pc.fill_null(pc.equal(talks["assignment"], "control"), False)))


def as_learned(lake: Lake, talks: pa.Table) -> pa.Table:
    """A row of the model's columns for each of `talks_of_proposals`: the customer as known at the proposal's second, the talk, the action."""
    known = features_at(lake, talks.select(["customer_id", "at"]))
    talk = talks.select([*TALK_NUMBERS, *TALK_TEXTS, "action_id", "style"])
    before = action_features_at(lake, talks.select(["customer_id", "at", "action_id"])).select(BEFORE_NUMBERS)
    customer = {name: known[name] for name in known.column_names if name not in {"customer_id", "at"}}
    return pa.table({**customer, **_columns(talk), **_columns(before)})


def talks_of_proposals(lake: Lake, windows: Mapping[str, timedelta], at: datetime, dealt: Dealt | None = None) -> pa.Table:
    """Every proposal (or those dealt) seen at `at`, oldest first, with its label (null: not yet) and what was known of the talk when it was made.

    assignment: the group the decision was made for (champion, challenger, control); model_version: the model that priced it; propensity: the
    probability it was ranked by; shadow_version, shadow_propensity: the challenger that priced it unseen, and its word. Each null where nobody said.
    """
    with lake.connect() as connection:
        connection.register("labelled", labelled_proposals(lake, windows, at, None if dealt is None else dealt.share))
        talks = connection.sql(_TALKS).to_arrow_table()
    level = level_of(talks.filter(pc.is_valid(talks["label"]))) if dealt is None else dealt.level
    for name, values in zip(RECENT_NUMBERS, level.at(micros(talks["at"])).T, strict=True):
        talks = talks.append_column(name, pa.array(values))
    return talks


def level_of(answered: pa.Table) -> Level:
    """The level of the day by these answers: columns label and label_known_at."""
    return Level.of(micros(answered["label_known_at"]), answered["label"].to_numpy().astype(np.float64, copy=False))


def micros(column: pa.ChunkedArray) -> NDArray[np.int64]:
    return np.asarray(pc.cast(pc.cast(column, pa.timestamp("us")), pa.int64()).to_numpy(), dtype=np.int64)


def _columns(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return {name: table[name] for name in table.column_names}
