"""decision-analyzer: every action of every decision at the stage where it ended, in the columns Pega's pdstools reads for its Decision Analyzer."""

from collections.abc import Iterator

import pyarrow as pa

from serving.cli.exports.source import TIME, Export, Row, Source
from serving.cli.exports.stages import ARBITRATION, LATER, OUTPUT, STAGES, Stage
from serving.decision.record import Ranking
from serving.records.decisions import KeptDecision, decisions_in_order

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("pxRecordType", "Primary_pySubjectID", "Primary_pySubjectType", "pxInteractionID")),
        ("pxDecisionTime", TIME),
        *((name, pa.string()) for name in ("pyIssue", "pyGroup", "pyName", "pyTreatment", "pxStrategyName")),
        *((name, pa.string()) for name in ("Primary_ContainerPayload_Channel", "Primary_ContainerPayload_Direction")),
        *((name, pa.string()) for name in ("Stage_pyName", "Stage_pyStageGroup")),
        ("Stage_pyOrder", pa.int32()),
        *((name, pa.string()) for name in ("pxComponentName", "pxComponentType")),
        *((name, pa.float64()) for name in ("Value", "ContextWeight", "Weight", "FinalPropensity", "Priority", "Cost")),
        ("Mandatory", pa.bool_()),
        ("pxRank", pa.int32()),
        *((name, pa.string()) for name in ("ModelControlGroup", "TalkID", "pyApplication", "pyApplicationVersion")),
    ]
)


def decision_analyzer(source: Source) -> Export:
    """Weight is our lever. FinalPropensity is what entered the priority: the uplift, where that stood in place of the propensity. Priority is net of Cost, as it was ranked by; the factors of a withheld action are null: it was never priced."""
    return Export(SCHEMA, _pieces(source))


def _pieces(source: Source) -> Iterator[pa.Table]:
    for some in decisions_in_order(source.store, source.tenant):
        rows = [row for kept in some if kept.decided_at < source.at for row in _rows(kept, source)]
        yield pa.Table.from_pylist(rows, SCHEMA)


def _rows(kept: KeptDecision, source: Source) -> Iterator[Row]:
    answer, ranking = kept.shown(), kept.ranked()
    shown = {action["action_id"]: action for action in answer["actions"]}
    same = _of_decision(kept)
    for position, action_id in enumerate(ranking.action_ids):
        card = shown.get(action_id)
        ended = _ended(OUTPUT, "shown", "Card") if card else _ended(ARBITRATION, "outranked", "Arbitration")
        words = {"pyTreatment": card["script"]["script_id"], "pxRank": card["rank"]} if card else {}
        yield same | _named(action_id, source) | ended | _factors(ranking, position) | words
    for fallen in answer["withheld"]:
        if fallen["action_id"] not in shown:
            yield (
                same
                | _named(fallen["action_id"], source)
                | _ended(STAGES.get(fallen["stage"], LATER), fallen["policy_id"], fallen["stage"])
            )


def _of_decision(kept: KeptDecision) -> Row:
    return {
        "Primary_pySubjectID": kept.customer_id,
        "Primary_pySubjectType": "Customer",
        "pxInteractionID": kept.decision_id,
        "pxDecisionTime": kept.decided_at,
        "pxStrategyName": "Playcall",
        "Primary_ContainerPayload_Channel": kept.channel,
        "Primary_ContainerPayload_Direction": kept.direction.capitalize(),
        "ModelControlGroup": kept.assignment,
        "TalkID": kept.interaction_id,
        "pyApplication": "playcall",
        "pyApplicationVersion": kept.playbook_version,
        "Mandatory": False,
    }


def _named(action_id: str, source: Source) -> Row:
    """An action that has left the playbook keeps its name; its kind and group are not known any more."""
    action = source.playbook.actions.get(action_id)
    kind, group = (action.kind.value, action.group) if action else ("unknown", "unknown")
    return {"pyName": action_id, "pyIssue": kind, "pyGroup": group}


def _ended(stage: Stage, component: str, component_type: str) -> Row:
    return {
        "pxRecordType": "OUTPUT" if stage is OUTPUT else "FILTERED_OUT",
        "Stage_pyName": stage.name,
        "Stage_pyStageGroup": stage.group,
        "Stage_pyOrder": stage.order,
        "pxComponentName": component,
        "pxComponentType": component_type,
    }


def _factors(ranking: Ranking, position: int) -> Row:
    return {
        "Value": ranking.value[position],
        "ContextWeight": ranking.context[position],
        "Weight": ranking.lever[position],
        "FinalPropensity": ranking.chance(position),
        "Priority": ranking.priority[position],
        "Cost": ranking.cost[position],
        "Mandatory": position < ranking.mandatory,
    }
