"""The champion as a candidate: in each row it proposes what it prices highest, but for the playbook's share of exploration."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.build import features_at
from features.events.lake import Lake
from features.home import Home
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from training.errors import LogError
from training.registry import CHAMPION, Registry
from training.replay.log import BanditLog
from training.replay.policies import best_of, uniform
from training.saved import SavedScorer
from training.talk import TALK_NUMBERS, TALK_TEXTS

Matrix = NDArray[np.float64]


def champion(log: BanditLog, home: Home, playbook: Playbook, tracking_uri: str | None = None) -> Matrix:
    """(n, actions): propensity x value - cost decides, with the playbook's exploration. Levers and context weights are the service's and not asked.

    The log needs decided_at and customer_id; the customers are seen as they were known then. Raises LogError, NoModel.
    """
    needed = [name for name in ("customer_id", "decided_at") if name not in log.context.column_names]
    if needed:
        raise LogError(f"the log has no column {needed[0]!r}, by which the champion knows the customer of then; export it again.")
    scorer = Registry(home, tracking_uri).load(CHAMPION)
    priority = np.full(log.logged.shape, -np.inf)
    rows = _rows(log, Lake(home))
    for slot, action_id in enumerate(log.actions):
        action = playbook.actions.get(action_id)
        if action is not None:
            chance = _served(scorer, rows.append_column("action_id", pa.array([action_id] * log.rows)), action, playbook)
            priority[:, slot] = chance * action.value - action.cost
    share = playbook.experiment.exploration_share
    return (1 - share) * best_of(np.where(log.candidates, priority, -np.inf)) + share * uniform(log)


def _served(scorer: SavedScorer, rows: pa.Table, action: Action, playbook: Playbook) -> Matrix:
    """The model weighed against the starting propensity by what it has seen of the action."""
    group = playbook.groups[action.group]
    starting = group.starting_propensity if action.starting_propensity is None else action.starting_propensity
    weight = group.evidence_weight if action.evidence_weight is None else action.evidence_weight
    evidence = float(scorer.evidence.get(action.action_id, 0))
    return np.asarray(starting + evidence / (weight + evidence) * (scorer.predict(rows) - starting), dtype=np.float64)


def _rows(log: BanditLog, lake: Lake) -> pa.Table:
    """The model's columns but the action, as known when each row was decided."""
    at = log.context["decided_at"]
    at = (at if pa.types.is_timestamp(at.type) else at.cast(pa.timestamp("us", "UTC"))).cast(pa.timestamp("us", "UTC"))
    known = features_at(lake, pa.table({"customer_id": log.context["customer_id"].cast(pa.string()), "at": at.cast(pa.timestamp("us"))}))
    columns: dict[str, Any] = {name: known[name] for name in known.column_names if name not in {"customer_id", "at"}}
    moments = at.to_pylist()
    columns |= {"hour": pa.array([float(moment.hour) for moment in moments]), "weekday": pa.array([float(m.weekday()) for m in moments])}
    for name in (*TALK_NUMBERS, *TALK_TEXTS):
        if name not in columns and name in log.context.column_names:
            columns[name] = log.context[name].cast(pa.float64() if name in TALK_NUMBERS else pa.string())
    return pa.table(columns)
