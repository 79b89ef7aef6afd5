"""training-set: one row per proposal, its label with the time it was known, and the customer as known in that second."""

import pyarrow as pa

from features.events.lake import Lake
from features.transform import features_at
from serving.cli.exports.source import TIME, Export, Source
from training.training_set import talks_of_proposals


def training_set(source: Source) -> Export:
    """label: 1 yes, 0 no, null not yet or never presented; label_at when that was decided, decided_by the outcome (or 'unanswered')."""
    lake = Lake(source.home)
    talks = talks_of_proposals(lake, source.windows, source.at)
    if talks.num_rows:
        known = features_at(lake, talks.select(["customer_id", "at"]))
        for name in known.column_names:
            if name not in talks.column_names:
                talks = talks.append_column(name, known[name])
    table = in_utc(talks.rename_columns(["proposed_at" if name == "at" else name for name in talks.column_names]))
    first = ["decision_id", "action_id", "customer_id", "proposed_at", "label", "label_at", "decided_by"]
    table = table.select([*first, *(name for name in table.column_names if name not in first)])
    return Export(table.schema, iter([table]))


def in_utc(table: pa.Table) -> pa.Table:
    """Times of the lake carry no zone and are UTC; a reader of files must be told."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz is None:
            table = table.set_column(place, field.name, table[field.name].cast(pa.timestamp("us")).cast(TIME))
    return table
