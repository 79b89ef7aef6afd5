"""`incremental` of an action: its goal, how soon, and who is left alone so that the difference can be learned."""

from playbooks.reading.fields import Fields
from playbooks.reading.findings import nearest_of
from playbooks.schema.incremental import GOAL_COLUMNS, GOAL_EVENTS, GoalTable, Incremental

MOST_HELD = 0.5


def read_incremental(fields: Fields) -> Incremental | None:
    """None where the action is arbitrated on its propensity."""
    inner = fields.table("incremental")
    if inner is None:
        return None
    holdout, within = _holdout(inner), inner.duration("within")
    goal = inner.table("goal")
    if goal is None:
        inner.needed("goal")
        inner.done()
        return None
    table = goal.word("table", GoalTable)
    read = Incremental(holdout, table, _equals(goal, table), within)
    goal.done()
    inner.done()
    return read


def _holdout(inner: Fields) -> float:
    share = 0.1 if inner.needed("holdout") is None else inner.share("holdout", 0.1)
    if not 0.0 < share <= MOST_HELD:
        inner.report(
            "holdout", f"holdout is {share:.6g} of 1", "write a share above 0 % and up to 50 %: without it there is nothing to learn from"
        )
    return share


def _equals(goal: Fields, table: GoalTable) -> tuple[tuple[str, str], ...]:
    """The columns the goal names, in the order of the table."""
    named = [(column, text) for column in GOAL_COLUMNS[table] if (text := goal.maybe_text(column))]
    if not named and set(goal.entries) <= {"table"}:
        goal.report("table", f"names no column of {table}", f"name one or more of {', '.join(GOAL_COLUMNS[table])}")
    for column, text in named:
        if column == "event" and text not in GOAL_EVENTS:
            goal.report(column, f"event {text!r} is unknown", nearest_of(text, GOAL_EVENTS))
    return tuple(named)
