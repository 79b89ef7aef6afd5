"""bandit: one row per proposal: context, action, reward, and the probability it and every other candidate had of standing there."""

from collections.abc import Iterator

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from features.events.lake import Lake
from serving.cli.exports.source import Export, Source
from serving.cli.exports.training_set import in_utc
from serving.decision.assignment import CONTROL
from serving.decision.exploration import probabilities_at
from serving.decision.record import Ranking
from serving.records.decisions import decisions_in_order
from training.talk import TALK_NUMBERS, TALK_TEXTS
from training.training_set import talks_of_proposals

_FIRST = ("decision_id", "decided_at", "customer_id", "channel", "action_id", "reward", "probability", "action_probabilities")
_CONTEXT = tuple(name for name in (*TALK_NUMBERS, *TALK_TEXTS) if name not in {"channel", "hour", "weekday"})


def bandit(source: Source) -> Export:
    """reward: the label, null while unknown. action_probabilities: JSON, null for proposals that were brought from elsewhere without it."""
    talks = in_utc(talks_of_proposals(Lake(source.home), source.windows, source.at))
    candidates = {key: text for group in _candidates(source) for key, text in group}
    keys = zip(talks["decision_id"].to_pylist(), talks["action_id"].to_pylist(), strict=True)
    columns = {
        "decided_at": talks["at"],
        "reward": pc.cast(talks["label"], pa.float64()),
        "action_probabilities": pa.array([candidates.get(key) for key in keys], pa.string()),
    }
    named = {name: columns[name] if name in columns else talks[name] for name in (*_FIRST, "rank", "style", "assignment", *_CONTEXT)}
    table = pa.table(named)
    table = table.filter(pc.is_valid(table["probability"]))
    return Export(table.schema, iter([table]))


def _candidates(source: Source) -> Iterator[list[tuple[tuple[str, str], str]]]:
    """((decision, action), the distribution at that action's rank) of everything shown."""
    for some in decisions_in_order(source.store, source.tenant):
        for kept in some:
            ranking, by_chance = kept.ranked(), kept.assignment == CONTROL
            yield [
                ((kept.decision_id, action_id), orjson.dumps(distribution(ranking, rank, action_id, by_chance=by_chance)).decode())
                for rank, action_id in enumerate(kept.action_ids())
            ]


def distribution(ranking: Ranking, rank: int, action_id: str, *, by_chance: bool) -> dict[str, float]:
    """{action: probability of standing at `rank` (from 0)}, those with none left out. What is mandatory was certain to stand where it stood."""
    top = ranking.mandatory
    if rank < top:
        return {action_id: 1.0}
    rest = ranking.action_ids[top:]
    shares = probabilities_at(rank - top, len(rest), ranking.exploration_share, by_chance=by_chance)
    return {action: share for action, share in zip(rest, shares, strict=True) if share > 0}
