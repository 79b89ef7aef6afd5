"""Whom an action was held back from reaches the lake with the decision, and can be learned from."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from small_desk import NOON, PEOPLE, SetClock

from features.events.lake import Lake
from features.home import Home
from playbooks.load import load_playbook
from serving.decision.incremental import in_holdout
from training.uplift.experiment import experiment

GOAL = "incremental: {holdout: 50 %, goal: {table: channel_events, event: view, topic: points}, within: 2 days}\n"


@pytest.fixture
def first(open_desk) -> str:
    """The action that everybody of the furnished home is shown first."""
    return open_desk().decide("before", "c001")["actions"][0]["action_id"]


@pytest.fixture
def goal_book(quiet_book, first, tmp_path) -> Path:
    folder = Path(copytree(quiet_book, tmp_path / "goal_book"))
    file = folder / "actions" / f"{first}.yaml"
    file.write_text(file.read_text("utf-8").rstrip("\n") + "\n" + GOAL, "utf-8")
    return folder


def test_the_lake_hears_who_was_held_back_and_who_was_not(open_desk, goal_book, first, home):
    desk = open_desk(SetClock(NOON + timedelta(hours=1)), PLAYCALL_PLAYBOOK=str(goal_book))
    answers = {who: desk.decide(f"talk {who}", who) for who in PEOPLE[1:]}
    held = {
        who for who, answer in answers.items() if first in [fall["action_id"] for fall in answer["withheld"] if fall["stage"] == "holdout"]
    }
    assert held == {who for who in answers if in_holdout(first, who, 0.5)}
    assert 0 < len(held) < len(answers)
    assert all(fall["share"] == 0.5 for who in held for fall in answers[who]["withheld"] if fall["stage"] == "holdout")
    viewed = sorted(answers)[:6]
    for number, who in enumerate(viewed):
        row = {"event_id": f"v{number}", "customer_id": who, "channel": "app", "event": "view", "topic": "points"}
        seen = row | {"occurred_at": (NOON + timedelta(hours=2)).isoformat()}
        desk.clock.at = NOON + timedelta(hours=3)
        assert desk.post("/v1/events", {"table": "channel_events", "rows": [seen]}, role="admin").status_code < 300
    desk.service.deliver()
    told = load_playbook(goal_book).actions[first].incremental
    found = experiment(Lake(Home(home)), first, told, NOON + timedelta(days=4))
    drawn = dict(zip(found.moments["customer_id"].to_pylist(), found.treated.tolist(), strict=True))
    assert drawn == {who: who not in held for who in answers}
    assert set(found.chance.tolist()) == {0.5}
    assert [who for who, yes in zip(drawn, found.reached.tolist(), strict=True) if yes] == viewed


def test_the_record_explains_it(open_desk, goal_book, first):
    desk = open_desk(PLAYCALL_PLAYBOOK=str(goal_book))
    who = next(one for one in PEOPLE[1:] if in_holdout(first, one, 0.5))
    decision = desk.decide("asked", who)
    answer = desk.get(f"/v1/decisions/{decision['decision_id']}/explanation?action_id={first}", role="manager")
    assert answer.status_code == 200
    place = next(one for one in answer.json()["funnel"]["actions"] if one["action_id"] == first)
    assert (place["stage"], place["policy_id"]) == ("holdout", "holdout")
    assert "随机保留" in answer.json()["tellings"]["agent"]
