"""An action says what it wants to happen, and from whom it is held back."""

from datetime import timedelta
from pathlib import Path

from test_editor_schema import underlined

from features.events.tables import CHANNEL_EVENTS, TABLES
from playbooks.diff.compare import compare
from playbooks.load import load_playbook
from playbooks.schema.incremental import GOAL_COLUMNS, GOAL_EVENTS, GoalTable, Incremental

ACTION = "actions/bill_instalment.yaml"
SAID = "incremental: {holdout: 10 %, goal: {table: channel_events, event: view, topic: instalment}, within: 36 hours}"


def with_goal(book: Path, said: str = SAID) -> str:
    text = (book / ACTION).read_text("utf-8").replace("cost: 2\n", f"cost: 2\n{said}\n", 1)
    (book / ACTION).write_text(text, "utf-8")
    return text


def test_a_goal_is_read_and_an_editor_is_content(book):
    text = with_goal(book)
    read = load_playbook(book).actions["bill_instalment"].incremental
    assert read == Incremental(0.1, GoalTable.CHANNEL_EVENTS, (("event", "view"), ("topic", "instalment")), timedelta(hours=36))
    assert read.goal == "channel_events with event view and topic instalment within 36 hours"
    assert underlined("action", text) == []
    assert underlined("action", text.replace("event: view, topic: instalment", "")) != []


def test_other_actions_have_none(book):
    assert {action.incremental for action in load_playbook(book).actions.values()} == {None}


def test_a_goal_can_be_found_in_the_event_tables():
    for table, columns in GOAL_COLUMNS.items():
        assert set(columns) <= {column.name for column in TABLES[table].columns}
    assert GOAL_EVENTS == CHANNEL_EVENTS


def test_a_diff_tells_of_it(book):
    before = load_playbook(book)
    with_goal(book)
    told = "\n".join(map(str, compare(before, load_playbook(book))))
    assert "held back from 10 % of customers" in told
