"""The labels of every proposal at once: labels.label said in SQL. A property test holds the two equal."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from features.events.lake import Lake
from features.events.tables import WRONG_NUMBER
from features.share import Share, keep_share
from training.labels import DEFAULT_WINDOW

# Of several versions of one event the last known before the moment counts; `$at` is that moment.
_SEEN = "known_at < $at AND (superseded_at IS NULL OR superseded_at >= $at)"

_LABELS = f"""
WITH wrong_numbers AS (SELECT decision_id FROM outcomes WHERE reason = '{WRONG_NUMBER}' AND occurred_at < $at AND {_SEEN}), times AS (
    SELECT decision_id, action_id,
        min(occurred_at) FILTER (outcome = 'presented') AS presented,
        max(occurred_at) FILTER (outcome = 'accepted') AS accepted,
        max(occurred_at) FILTER (outcome = 'converted') AS converted,
        max(occurred_at) FILTER (outcome = 'declined') AS declined,
        max(occurred_at) FILTER (outcome = 'cancelled') AS cancelled,
        max(occurred_at) FILTER (outcome = 'opted_out') AS opted_out,
        max(occurred_at) FILTER (outcome = 'deferred') AS deferred,
        max(known_at) AS heard
    FROM outcomes WHERE occurred_at < $at AND {_SEEN} AND decision_id NOT IN (FROM wrong_numbers) GROUP BY ALL
), answers AS (
    SELECT *, greatest(accepted, converted) AS yes, greatest(presented, deferred) + coalesce(response_window, $default_window) AS silence
    FROM times LEFT JOIN response_windows USING (action_id)
), decided AS (
    SELECT decision_id, action_id, silence, heard, CASE
        WHEN cancelled IS NOT NULL AND (yes IS NULL OR cancelled >= yes) THEN struct_pack(value := 0, at := cancelled, decided_by := 'cancelled')
        WHEN converted IS NOT NULL THEN struct_pack(value := 1, at := converted, decided_by := 'converted')
        WHEN accepted IS NOT NULL AND (declined IS NULL OR declined <= accepted) THEN struct_pack(value := 1, at := accepted, decided_by := 'accepted')
        WHEN declined IS NOT NULL THEN struct_pack(value := 0, at := declined, decided_by := 'declined')
        WHEN opted_out IS NOT NULL THEN struct_pack(value := 0, at := opted_out, decided_by := 'opted_out')
        WHEN silence <= $at THEN struct_pack(value := 0, at := silence, decided_by := 'unanswered')
        END AS label
    FROM answers
)
SELECT proposals.* EXCLUDE (known_at, superseded_at), label.value AS label, label.at AS label_at, label.decided_by AS decided_by,
    greatest(label.at, heard) AS label_known_at
FROM proposals LEFT JOIN decided USING (decision_id, action_id)
WHERE proposed_at < $at AND {_SEEN}
ORDER BY proposed_at, decision_id, action_id
"""


_ANSWERS = f"SELECT label::DOUBLE AS label, label_known_at FROM ({_LABELS}) WHERE label IS NOT NULL ORDER BY label_known_at, proposed_at, decision_id, action_id"


def labelled_proposals(lake: Lake, windows: Mapping[str, timedelta], at: datetime, share: Share | None = None) -> pa.Table:
    """Every proposal seen at `at`, oldest first, with label (1, 0 or null: not yet), label_at, decided_by and label_known_at.

    windows: the response window by action id; an action without one has seven days. What somebody else was told at a wrong number has no label. Columns besides: those of the proposals, with `attributes`.
    share: of the persons, to whom they were made; None: everybody.
    """
    return _asked(_LABELS, lake, windows, at, share)


def answers(lake: Lake, windows: Mapping[str, timedelta], at: datetime) -> pa.Table:
    """label (float64, 1 or 0) and label_known_at of every proposal that has a label, in the order they were known: 16 bytes an answer."""
    return _asked(_ANSWERS, lake, windows, at, None)


def _asked(query: str, lake: Lake, windows: Mapping[str, timedelta], at: datetime, share: Share | None) -> pa.Table:
    with lake.connect() as connection:
        if share is not None:
            keep_share(connection, lake.persons(), share)
        named = pa.table(
            {
                "action_id": pa.array(list(windows), pa.string()),
                "response_window_us": pa.array([int(window / timedelta(microseconds=1)) for window in windows.values()], pa.int64()),
            }
        )
        connection.register("named_windows", named)
        connection.execute(
            "CREATE TEMP VIEW response_windows AS SELECT action_id, to_microseconds(response_window_us) AS response_window FROM named_windows"
        )
        moment = {"at": at.astimezone(UTC).replace(tzinfo=None), "default_window": DEFAULT_WINDOW}
        return connection.sql(query, params=moment).to_arrow_table()
