"""What advice brought: counted from what was really reported, each action of a decision once."""

from datetime import timedelta

import pytest


def figures(desk, **query) -> dict:
    answer = desk.client.get("/v1/insights/actions", params=query, headers={"Authorization": f"Bearer {desk.keys['manager']}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def report(desk, decision: dict, outcome: str, **more) -> str:
    action = decision["actions"][0]["action_id"]
    answer = desk.post("/v1/outcomes", {"decision_id": decision["decision_id"], "action_id": action, "outcome": outcome} | more)
    assert answer.status_code == 201, answer.text
    return action


def row(told: dict, key: str) -> dict:
    return next(line for line in told["rows"] if line[told["by"]] == key)


def test_an_action_of_a_decision_counts_once_whatever_was_reported_of_it(desk):
    one, two, three = (desk.decide(f"t{n}", f"c00{n}") for n in (1, 2, 3))
    action = report(desk, one, "presented")
    report(desk, one, "presented")
    report(desk, one, "accepted")
    report(desk, one, "converted", value=80.0)
    assert report(desk, two, "accepted") == report(desk, three, "declined") == action
    told = figures(desk)
    line = row(told, action)
    book = desk.service.playbook("default")
    assert (line["presented"], line["accepted"], line["converted"], line["declined"]) == (3, 2, 1, 1)
    assert line["acceptance_rate"] == pytest.approx(2 / 3)
    assert line["value"] == 80.0
    assert line["cost"] == pytest.approx(3 * (book.actions[action].cost + book.channels["voice"].cost))
    assert line["net"] == pytest.approx(line["value"] - line["cost"])
    assert told["total"]["presented"] == 3
    assert told["currency"] == book.currency


def test_what_was_cancelled_brought_nothing_in_whatever_order_the_news_came(desk):
    decision = desk.decide()
    action = report(desk, decision, "cancelled")
    report(desk, decision, "converted", value=80.0)
    line = row(figures(desk), action)
    assert (line["accepted"], line["cancelled"], line["value"]) == (0, 1, 0)


def test_a_conversion_without_a_figure_is_worth_what_the_playbook_says(desk):
    decision = desk.decide()
    action = report(desk, decision, "converted")
    assert row(figures(desk), action)["value"] == desk.service.playbook("default").actions[action].value


def test_the_same_figures_stand_by_channel_and_by_style(desk):
    spoken, written = desk.decide("t1", "c001"), desk.decide("t2", "c002", channel="wechat")
    for decision in (spoken, written):
        report(desk, decision, "accepted")
    assert [line["channel"] for line in figures(desk, by="channel")["rows"]] == ["voice", "wechat"]
    styles = {decision["actions"][0]["script"]["style"] for decision in (spoken, written)}
    assert {line["style"] for line in figures(desk, by="style")["rows"]} == styles
    assert figures(desk, by="style")["total"] == figures(desk, by="channel")["total"]


def test_only_decisions_of_the_period_count(desk):
    noon = desk.clock.at
    report(desk, desk.decide("t1", "c001"), "accepted")
    desk.clock.pass_by(timedelta(days=40))
    report(desk, desk.decide("t2", "c002"), "accepted")
    assert figures(desk)["total"]["presented"] == 1
    since = (noon - timedelta(days=1)).isoformat()
    assert figures(desk, since=since)["total"]["presented"] == 2
    assert figures(desk, since=since, until=(noon + timedelta(days=1)).isoformat())["total"]["presented"] == 1
    refused = desk.client.get("/v1/insights/actions?since=2026-03-01T00:00:00", headers={"Authorization": f"Bearer {desk.keys['manager']}"})
    assert refused.status_code == 422


def test_a_lift_the_figures_cannot_tell_is_not_shown(desk):
    for number, name in enumerate(f"c{place:03d}" for place in range(1, 7)):
        report(desk, desk.decide(f"t{number}", name), "accepted")
    lift = figures(desk)["lift"]
    assert lift["test"] == {"yes": 6, "count": 6}
    assert lift["control"] == {"yes": 0, "count": 0}
    assert (lift["shown"], lift["value"]) == (False, None)


def test_by_script_each_wording_has_its_figures(desk):
    decision = desk.decide()
    report(desk, decision, "accepted")
    script_id = decision["actions"][0]["script"]["script_id"]
    assert row(figures(desk, by="script"), script_id)["accepted"] == 1


def test_in_which_style_each_group_is_advised(desk):
    """All of one age and one tier: nobody to compare them with."""
    decisions = [desk.decide(f"t{number}", f"c{number:03d}") for number in range(1, 21)]
    chosen = [card for card in (one["actions"][0] for one in decisions) if card["script"]["style_probability"] < 1]
    assert chosen
    answer = desk.get("/v1/insights/styles?by=age", role="manager").json()
    assert [(group["group"], group["decisions"]) for group in answer["groups"]] == [("35 to 44", len(chosen))]
    assert sum(answer["groups"][0]["shares"].values()) == pytest.approx(1.0)
    assert answer["styles"] == []
    assert [group["group"] for group in desk.get("/v1/insights/styles?by=tier", role="manager").json()["groups"]] == ["gold"]
    assert desk.get("/v1/insights/styles?by=name", role="manager").status_code == 422
    assert desk.get("/v1/insights/styles").status_code == 403
