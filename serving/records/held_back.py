"""What the lake hears of a holdout: attributes of the proposals, since what was held back was never proposed and has no row of its own."""

from collections.abc import Mapping
from typing import Any

from serving.decision.incremental import STAGE
from training.uplift.experiment import HOLDOUT, held_back_name


def held_back(answer: Mapping[str, Any]) -> dict[str, str]:
    """Of a decision, on every row: who would have had a card and was held back by chance, with the share."""
    held = [fall for fall in answer["withheld"] if fall["stage"] == STAGE and "share" in fall]
    return {held_back_name(fall["action_id"]): str(fall["share"]) for fall in held}


def not_held_back(card: Mapping[str, Any]) -> dict[str, str]:
    """Of a card: the share of customers from whom it would have been held back. A record of an older release has none."""
    told = card.get("incremental")
    return {} if told is None else {HOLDOUT: str(told["holdout"])}
