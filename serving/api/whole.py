"""The whole record of a decision: the answer, what is kept beside it, and what became of it."""

from collections.abc import Sequence
from dataclasses import asdict

import orjson

from serving.records.decisions import KeptDecision
from serving.records.why import FACTORS, Why


def whole_record(kept: KeptDecision, why: Why, outcomes: Sequence[dict[str, object]]) -> bytes:
    """The answer's own keys stand as they were given; the others stand beside them."""
    beside = ("channel", "direction", "agent_id", "unit", "made_by")
    body: dict[str, object] = kept.shown() | {name: getattr(kept, name) for name in beside}
    body |= {
        "language": why.language,
        "certificates": sorted(why.certificates),
        "contact": {"wait_seconds": kept.wait_seconds, "transfers": kept.transfers},
        "features": orjson.loads(kept.features),
        "ranking": _ranked(why),
        "bundle": None if why.bundle is None else asdict(why.bundle),
        "outcomes": list(outcomes),
    }
    return orjson.dumps(body)


def _ranked(why: Why) -> list[dict[str, object]]:
    """One object per ranked action, best priority first."""
    ranking = why.ranking
    columns = {name: getattr(ranking, name) for name in FACTORS}
    return [
        {"action_id": action_id, "mandatory": place < ranking.mandatory} | {name: column[place] for name, column in columns.items()}
        for place, action_id in enumerate(ranking.action_ids)
    ]


def without_words(kept: KeptDecision) -> bytes:
    """The answer without what was said to or by the customer: a script may hold a name, and so may an utterance or a fact."""
    body = kept.shown()
    body["scene"] |= {"utterances": [], "facts": {}}
    for card in body["actions"]:
        card["script"]["steps"] = []
    return orjson.dumps(body)
