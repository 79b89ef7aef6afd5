"""The JSON Schema of an action's `incremental`."""

from playbooks.editor.parts import DURATION, SHARE, Schema, one_of, table, text
from playbooks.schema.incremental import GOAL_COLUMNS, GOAL_EVENTS, GoalTable


def _goal(where: GoalTable) -> Schema:
    columns = {column: text("What it must say.") for column in GOAL_COLUMNS[where]}
    named = {"event": one_of(GOAL_EVENTS, "What happened.")} if "event" in columns else {}
    return {**table({"table": {"const": where.value}, **columns, **named}, ("table",)), "minProperties": 2}


INCREMENTAL = table(
    {
        "holdout": {**SHARE, "description": "The share of customers, up to 50 %, who are never proposed it."},
        "goal": {"oneOf": [_goal(where) for where in GoalTable], "description": "What is to happen, with or without the proposal."},
        "within": DURATION,
    },
    ("holdout", "goal", "within"),
    "Arbitrated on what the proposal adds, once a model has shown that it tells whom it moves.",
)
