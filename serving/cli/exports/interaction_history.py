"""interaction-history: one row per outcome of a proposal, on whatever channel, in the columns Pega's interaction history has."""

import pyarrow as pa

from features.events.lake import Lake
from features.events.tables import WRONG_NUMBER
from serving.cli.exports.source import Export, Source
from serving.cli.exports.training_set import in_utc

OUTCOME_WORDS = {
    "presented": "Impression",
    "accepted": "Accepted",
    "declined": "Rejected",
    "deferred": "Pending",
    "converted": "Conversion",
    "cancelled": "Cancelled",
    "opted_out": "OptedOut",
}
"""Our outcomes in the words that readers of interaction histories count by."""

_OUTCOMES = f"""
SELECT o.decision_id AS "pxInteractionID", p.customer_id AS "pySubjectID", o.occurred_at AS "pxOutcomeTime", p.proposed_at AS "pxDecisionTime",
    o.outcome, p.action_id AS "pyName", p.script_id AS "pyTreatment", p.channel AS "pyChannel",
    coalesce(p.attributes['direction'], c.direction) AS "pyDirection", p.rank AS "pxRank", o.value AS "Value", o.reason AS "pyReason",
    p.style AS "Style", p.probability AS "Probability", p.attributes['group'] AS "ModelControlGroup", p.interaction_id AS "TalkID"
FROM outcomes o JOIN proposals p USING (decision_id, action_id)
    LEFT JOIN (SELECT * FROM contacts WHERE superseded_at IS NULL) c USING (interaction_id)
WHERE o.superseded_at IS NULL AND p.superseded_at IS NULL AND o.occurred_at < $at
    AND o.decision_id NOT IN (SELECT decision_id FROM outcomes WHERE reason = '{WRONG_NUMBER}' AND superseded_at IS NULL)
ORDER BY o.occurred_at, o.decision_id, p.action_id, o.outcome
"""
_DIRECTIONS = {"inbound": "Inbound", "outbound": "Outbound"}


def interaction_history(source: Source) -> Export:
    """The outcomes that happened before the source's moment, oldest first, without those of a wrong number. pyOutcome is Pega's word, Outcome ours."""
    with Lake(source.home).connect() as connection:
        found = in_utc(connection.sql(_OUTCOMES, params={"at": source.at.replace(tzinfo=None)}).to_arrow_table())
    actions = source.playbook.actions
    names = found["pyName"].to_pylist()
    outcomes = found["outcome"].to_pylist()
    columns = {name: found[name] for name in found.column_names if name not in {"outcome", "pyDirection"}} | {
        "pyOutcome": pa.array([OUTCOME_WORDS[word] for word in outcomes], pa.string()),
        "PlaycallOutcome": pa.array(outcomes, pa.string()),
        "pyIssue": pa.array([actions[name].kind.value if name in actions else None for name in names], pa.string()),
        "pyGroup": pa.array([actions[name].group if name in actions else None for name in names], pa.string()),
        "pyDirection": pa.array([_DIRECTIONS.get(word or "") for word in found["pyDirection"].to_pylist()], pa.string()),
    }
    table = pa.table(columns)
    return Export(table.schema, iter([table]))
