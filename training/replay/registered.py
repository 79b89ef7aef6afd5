"""A registered model as a candidate: in each row it proposes what it prices highest, but for the playbook's share of exploration."""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.action_history import BEFORE_NUMBERS
from features.action_history_at import action_features_at
from features.build import features_at
from features.events.lake import Lake
from features.home import Home
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from training.errors import LogError
from training.price import added, blend, chance, priority
from training.registry import CHALLENGER, CHAMPION, LEARNED_UNTIL, Registry
from training.replay.log import BanditLog
from training.replay.policies import best_of, uniform
from training.saved import SavedScorer
from training.talk import TALK_NUMBERS, TALK_TEXTS

Matrix = NDArray[np.float64]


def is_registered(policy: str) -> bool:
    """Whether the word names a model: an alias, or a version's number."""
    return policy in {CHAMPION, CHALLENGER} or policy.isdecimal()


def registered(log: BanditLog, home: Home, playbook: Playbook, name: str, tracking_uri: str | None = None) -> tuple[Matrix, list[str]]:
    """((n, actions), doubts): propensity x value - cost decides, the uplift in place of the propensity as in service, with the playbook's exploration. Levers and context weights are the service's and not asked.

    name: see is_registered. The log needs decided_at and customer_id; the customers are seen as they were known then. Raises LogError, NoModel.
    """
    needed = [name for name in ("customer_id", "decided_at") if name not in log.context.column_names]
    if needed:
        raise LogError(f"the log has no column {needed[0]!r}, by which a model knows the customer of then; export it again.")
    registry = Registry(home, tracking_uri)
    scorer = registry.load_version(name) if name.isdecimal() else registry.load(name)
    worth = np.full(log.logged.shape, -np.inf)
    lake = Lake(home)
    rows = _rows(log, lake)
    for slot, action_id in enumerate(log.actions):
        action = playbook.actions.get(action_id)
        if action is not None:
            worth[:, slot] = _worth(scorer, _about(log, lake, rows, action_id), action, playbook)
    share = playbook.experiment.exploration_share
    target = (1 - share) * best_of(np.where(log.candidates, worth, -np.inf)) + share * uniform(log)
    return target, _learned(log, scorer.version, registry.parameters(scorer.version).get(LEARNED_UNTIL))


def _learned(log: BanditLog, version: str, until: str | None) -> list[str]:
    """What to doubt when the model knows answers of this very log; nothing where its run does not say until when it learned."""
    if until is None:
        return []
    rows = int(np.count_nonzero(np.array(_decided_at(log).to_pylist()) <= datetime.fromisoformat(until)))
    if not rows:
        return []
    return [
        f"{rows:,} of the {log.rows:,} rows are of the time version {version} learned from (until {until}), where it may look better than it is: "
        "hold it against another version that learned from them, or give a log of what came after."
    ]


def _decided_at(log: BanditLog) -> pa.ChunkedArray:
    """timestamp[us, UTC]"""
    at = log.context["decided_at"]
    return (at if pa.types.is_timestamp(at.type) else at.cast(pa.timestamp("us", "UTC"))).cast(pa.timestamp("us", "UTC"))


def _moments(log: BanditLog) -> pa.Table:
    return pa.table({"customer_id": log.context["customer_id"].cast(pa.string()), "at": _decided_at(log).cast(pa.timestamp("us"))})


def _about(log: BanditLog, lake: Lake, rows: pa.Table, action_id: str) -> pa.Table:
    """The rows with this action, and what the customer had seen and answered of it by then."""
    asked = _moments(log).append_column("action_id", pa.array([action_id] * log.rows))
    before = action_features_at(lake, asked)
    return pa.table(
        {
            **dict(zip(rows.column_names, rows.columns, strict=True)),
            "action_id": asked["action_id"],
            **{name: before[name] for name in BEFORE_NUMBERS},
        }
    )


def _worth(scorer: SavedScorer, rows: pa.Table, action: Action, playbook: Playbook) -> Matrix:
    """(n,) the price of the action in each row, with no context weight and no lever."""
    told = None if action.incremental is None else scorer.gains_of(rows, action.action_id)
    uplift = None if told is None or action.incremental is None else added(action.incremental.goal, *told)
    value, cost, plain = (np.full(rows.num_rows, one, dtype=np.float64) for one in (action.value, action.cost, 1.0))
    return priority(chance(_served(scorer, rows, action, playbook), uplift), value, cost, plain, plain)


def _served(scorer: SavedScorer, rows: pa.Table, action: Action, playbook: Playbook) -> Matrix:
    """The model weighed against the starting propensity by what it has seen of the action."""
    group = playbook.groups[action.group]
    starting = group.starting_propensity if action.starting_propensity is None else action.starting_propensity
    weight = group.evidence_weight if action.evidence_weight is None else action.evidence_weight
    evidence = float(scorer.evidence.get(action.action_id, 0))
    assumed, weights, seen = (np.full(rows.num_rows, one, dtype=np.float64) for one in (starting, weight, evidence))
    return blend(assumed, weights, scorer.predict(rows), seen)


def _rows(log: BanditLog, lake: Lake) -> pa.Table:
    """The model's columns but the action, as known when each row was decided."""
    at = _decided_at(log)
    known = features_at(lake, _moments(log))
    columns: dict[str, Any] = {name: known[name] for name in known.column_names if name not in {"customer_id", "at"}}
    moments = at.to_pylist()
    columns |= {"hour": pa.array([float(moment.hour) for moment in moments]), "weekday": pa.array([float(m.weekday()) for m in moments])}
    for name in (*TALK_NUMBERS, *TALK_TEXTS):
        if name not in columns and name in log.context.column_names:
            columns[name] = log.context[name].cast(pa.float64() if name in TALK_NUMBERS else pa.string())
    return pa.table(columns)
