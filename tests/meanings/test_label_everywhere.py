"""L5: one function says what a label is; training, reports, the control group and the export say the same for every history."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from training.label_table import labelled_proposals
from training.labels import OutcomeEvent, label

START = datetime(2026, 1, 1, tzinfo=UTC)
WINDOWS = {"a": timedelta(days=3), "b": timedelta(days=10)}
OUTCOMES = ["presented", "accepted", "declined", "deferred", "converted", "cancelled", "opted_out"]
DAYS = st.integers(0, 20)
HISTORIES = st.lists(
    st.lists(st.tuples(st.sampled_from(OUTCOMES), DAYS, DAYS), max_size=5, unique_by=lambda news: news[0]), min_size=1, max_size=6
)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=HISTORIES, as_of=st.integers(1, 40))
def test_the_table_of_labels_says_what_the_function_says(tmp_path_factory, histories, as_of):
    lake = Lake(Home(tmp_path_factory.mktemp("labels") / "home"))
    proposals = [
        {
            "decision_id": f"d{number}",
            "action_id": action,
            "interaction_id": "i",
            "customer_id": "c1",
            "proposed_at": at(0),
            "channel": "app",
        }
        for number in range(len(histories))
        for action in WINDOWS
    ]
    ingest_rows(lake, "proposals", proposals, known_at=at(0))
    expected = {}
    for number, history in enumerate(histories):
        for action, window in WINDOWS.items():
            for outcome, happened, later in history:
                row = {"decision_id": f"d{number}", "action_id": action, "outcome": outcome, "occurred_at": at(happened)}
                ingest_rows(lake, "outcomes", [row], known_at=at(happened + later))
            events = [OutcomeEvent(outcome, at(happened), at(happened + later)) for outcome, happened, later in history]
            expected[f"d{number}", action] = label(events, window, at(as_of))
    table = labelled_proposals(lake, WINDOWS, at(as_of)).to_pylist()
    got = {(row["decision_id"], row["action_id"]): (row["label"], row["decided_by"]) for row in table}
    assert got == {key: (made.value, made.decided_by) for key, made in expected.items()}


STORIES = [
    ["accepted", "declined"],
    ["declined", "accepted"],
    ["cancelled", "accepted"],
    ["converted", "cancelled"],
    ["accepted", "opted_out"],
    ["deferred", "converted"],
    ["declined", "converted"],
]


def test_reports_the_control_group_and_training_call_the_same_thing_a_yes(desk):
    """Seven customers, each with a story of one card, told an hour apart and backwards."""
    units = {}
    for number, story in enumerate(STORIES):
        decision = desk.decide(f"talk {number}", f"c{number + 1:03d}")
        told = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"]}
        at = desk.clock.now()
        desk.clock.pass_by(timedelta(hours=len(story)))
        for hours, outcome in reversed(list(enumerate(story))):
            line = told | {"outcome": outcome, "occurred_at": (at + timedelta(hours=hours)).isoformat()}
            assert desk.post("/v1/outcomes", line).status_code == 201
        units[told["decision_id"]] = told["action_id"]
    desk.service.deliver()
    desk.clock.pass_by(timedelta(hours=1))
    rows = labelled_proposals(Lake(desk.service.settings.home), {}, desk.clock.now()).to_pylist()
    labels = [row["label"] for row in rows if units[row["decision_id"]] == row["action_id"]]
    assert sorted(labels, key=str) == [0, 0, 1, 1, 1, 1, 1]
    report = desk.get("/v1/insights/actions", role="manager").json()
    assert report["total"]["accepted"] == sum(labels)
    assert report["lift"]["test"] == {"yes": sum(labels), "count": len(STORIES)}


def test_several_actions_of_one_decision_have_each_their_own_label(tmp_path):
    lake = Lake(Home(tmp_path / "home"))
    shown = {"decision_id": "d", "interaction_id": "i", "customer_id": "c1", "proposed_at": at(0), "channel": "app"}
    ingest_rows(lake, "proposals", [shown | {"action_id": name} for name in "abcd"], known_at=at(0))
    answers = [("a", "accepted"), ("b", "declined"), ("c", "presented")]
    told = [{"decision_id": "d", "action_id": name, "outcome": word, "occurred_at": at(1)} for name, word in answers]
    ingest_rows(lake, "outcomes", told, known_at=at(1))
    rows = labelled_proposals(lake, {}, at(30)).to_pylist()
    assert {row["action_id"]: row["label"] for row in rows} == {"a": 1, "b": 0, "c": 0, "d": None}, "what was not presented has none"


def test_later_is_no_answer_and_its_silence_counts_from_then(tmp_path):
    shown, later = OutcomeEvent("presented", at(0), at(0)), OutcomeEvent("deferred", at(5), at(5))
    assert label([shown, later], timedelta(days=7), at(11)).value is None
    assert label([shown, later], timedelta(days=7), at(12)).value == 0
