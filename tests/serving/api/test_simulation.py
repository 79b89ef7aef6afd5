"""What if: a draft is tried on what was really asked, and says what would change before anybody hears it."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from test_playbooks import draft, put, text_of, wait_for

from serving.cli.main import playcall
from serving.cli.playbook_parts import simulate_log
from serving.records.moments import logged_count
from serving.settings import read_settings
from serving.simulation.report import as_body

TALKS = 24


@pytest.fixture
def talked(desk):
    """A service that advised two dozen talks."""
    for number in range(TALKS):
        scene = {"contact_reason": "bill_query", "resolved": number % 3 > 0, "sentiment": 0.2}
        desk.decide(f"talk-{number}", f"c{1 + number % 12:03d}", scene=scene)
    return desk


def tried(desk, draft_id: str, **body: int) -> dict:
    answer = desk.post(f"/v1/playbooks/drafts/{draft_id}/simulation", body, "manager")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_draft_that_changes_nothing_differs_in_nothing(talked):
    found = tried(talked, draft(talked)["draft_id"])
    assert (found["moments"], found["customers"], found["changed"], found["moves"]) == (TALKS, 12, 0, [])
    assert {name: value for name, value in found["live"].items() if name != "version"} == {
        name: value for name, value in found["draft"].items() if name != "version"
    }
    assert all(action[name]["difference"] == 0 for action in found["actions"] for name in ("first", "shown", "value"))


def test_the_live_side_is_what_was_really_said(talked):
    """The same customer, chance and model: deciding again gives the decisions that were logged."""
    firsts: dict[str, int] = {}
    for number in range(TALKS):
        scene = {"contact_reason": "bill_query", "resolved": number % 3 > 0, "sentiment": 0.2}
        again = talked.decide(f"more-{number}", f"c{1 + number % 12:03d}", scene=scene)
        first = again["actions"][0]["action_id"]
        firsts[first] = firsts.get(first, 0) + 1
    found = tried(talked, draft(talked)["draft_id"], last=TALKS)
    assert {action["action_id"]: action["first"]["live"] for action in found["actions"] if action["first"]["live"]} == firsts


def test_an_action_that_is_worth_more_wins_volume_and_value_and_the_loser_is_named(talked):
    draft_id = draft(talked)["draft_id"]
    name = "actions/travel_insurance.yaml"
    text = text_of(talked, draft_id, name)
    line = next(line for line in text.splitlines() if line.startswith("value:"))
    put(talked, draft_id, name, text.replace(line, "value: 100000"), 0)
    found = tried(talked, draft_id)
    won = next(action for action in found["actions"] if action["action_id"] == "travel_insurance")
    assert won["first"]["difference"] > 0
    assert won["value"]["difference"] > 0
    lost = sum(action["first"]["difference"] for action in found["actions"] if action["action_id"] != "travel_insurance")
    assert lost == -won["first"]["difference"]
    assert sum(move["moments"] for move in found["moves"]) == found["changed"]
    assert {move["to"] for move in found["moves"]} == {"travel_insurance"}


def test_a_new_policy_is_counted_in_the_funnel_and_customers_with_nothing_are_named(talked):
    draft_id = draft(talked)["draft_id"]
    text = text_of(talked, draft_id, "policies.yaml")
    rule = "engagement:\n  - id: nobody_at_all\n    stage: eligibility\n    when: customer.age > 200\n    reason: {zh-CN: 无, en: nobody}\n"
    put(talked, draft_id, "policies.yaml", text.replace("engagement:\n", rule, 1), 0)
    found = tried(talked, draft_id)
    kept = next(line for line in found["funnel"] if line["policy_id"] == "nobody_at_all")
    assert (kept["live"], kept["draft"] > 0) == (0, True)
    assert found["draft"]["customers_with_nothing"] == 12
    assert len(found["customers_with_nothing"]) == 12
    assert found["live"]["customers_with_nothing"] < 12


def test_nothing_is_written_by_a_simulation(talked):
    before = talked.get("/v1/playbooks/history", "auditor").json(), served_rows(talked)
    tried(talked, draft(talked)["draft_id"], last=5)
    assert served_rows(talked) == before[1]


def served_rows(desk) -> int:
    return logged_count(desk.service.store, "default")


def test_without_a_logged_moment_it_says_so(desk):
    answer = desk.post(f"/v1/playbooks/drafts/{draft(desk)['draft_id']}/simulation", {}, "manager")
    assert answer.status_code == 409
    assert "serve some first" in answer.json()["detail"]


def test_the_command_tells_the_same_as_the_route(talked, home):
    draft_id = draft(talked)["draft_id"]
    wait_for(talked, "1")
    found = tried(talked, draft_id)
    runner = CliRunner(env={"PLAYCALL_HOME": str(home)})
    done = runner.invoke(playcall, ["playbook", "simulate", draft_id, "--last", "500", "--json"], catch_exceptions=False)
    told = json.loads(done.stdout)
    assert {**told, "seconds": 0} == {**found, "seconds": 0}
    shown = runner.invoke(playcall, ["playbook", "simulate", draft_id], catch_exceptions=False).stdout
    assert shown.startswith(f"{TALKS} moments of 12 customers")


def test_two_processes_count_what_one_counts(talked, home):
    settings = read_settings({"PLAYCALL_HOME": str(home)})
    live = talked.service.playbook("default")
    dearer = {**live.actions, "travel_insurance": replace(live.actions["travel_insurance"], value=1e5)}
    draft_book = replace(live, actions=dearer, version="dearer")
    alone, together = (as_body(simulate_log(settings, live, draft_book, TALKS, lambda _: None, processes)) for processes in (1, 2))
    assert alone["changed"] > 0
    assert {**together, "seconds": 0} == {**alone, "seconds": 0}
