"""A wording on trial reaches its share of customers, stands on the record, and its figures stand beside the standing one's (S9, L3)."""

import re
from math import sqrt
from pathlib import Path
from shutil import copytree

import pytest

NEW = "咱们约个时间，我打给您，行吗？"


@pytest.fixture(scope="module")
def trying_book(quiet_book, tmp_path_factory) -> Path:
    """Every usual spoken Chinese wording of the callback has one on trial against it."""
    folder = Path(copytree(quiet_book, tmp_path_factory.mktemp("trying") / "card"))
    file = folder / "actions" / "callback.yaml"
    text = file.read_text("utf-8")
    for style in ("warm", "concise", "expert"):
        text += (
            f"  - id: callback-{style}-new\n    language: zh-CN\n    style: {style}\n    media: [voice]\n    trial: {{share: 40 %}}\n"
            f"    steps:\n      - propose: {NEW}\n"
        )
    file.write_text(text, "utf-8")
    return folder


@pytest.fixture
def desk(open_desk, trying_book):
    return open_desk(PLAYCALL_PLAYBOOK=str(trying_book))


def callback(desk, customer: str, talk: str, **more: object) -> tuple[dict, dict]:
    """The decision, and its card of the callback."""
    body = {"scene": {"contact_reason": "bill_query", "resolved": False}, "contact": {"estimated_wait_seconds": 300}, "limit": 10}
    decision = desk.decide(talk, customer, **(body | {"language": "zh-CN"} | more))
    return decision, next(card for card in decision["actions"] if card["action_id"] == "callback")


def test_a_customer_hears_the_same_arm_in_every_talk_and_the_record_says_which(desk):
    heard: dict[str, set[str]] = {}
    for number in range(1, 31):
        customer = f"c{number:03d}"
        for talk in ("one", "two"):
            decision, card = callback(desk, customer, f"{customer}-{talk}")
            script, trial = card["script"], card["script"]["trial"]
            assert trial["share"] == 0.4
            assert trial["script_id"] == f"callback-{script['style']}-new"
            assert (script["script_id"] == trial["script_id"]) == (trial["arm"] == "trial")
            assert (script["steps"][0]["text"] == NEW) == (trial["arm"] == "trial")
            heard.setdefault(f"{customer} {trial['script_id']}", set()).add(trial["arm"])
    assert all(len(arms) == 1 for arms in heard.values())
    assert {arm for arms in heard.values() for arm in arms} == {"trial", "standing"}
    kept = desk.get(f"/v1/decisions/{decision['decision_id']}").json()
    assert next(one for one in kept["actions"] if one["action_id"] == "callback")["script"]["trial"] == trial


def test_a_talk_the_wording_is_not_written_for_is_in_no_trial(desk):
    assert callback(desk, "c001", "written", channel="web_chat")[1]["script"]["trial"] is None
    assert callback(desk, "c001", "english", language="en")[1]["script"]["trial"] is None


def test_insights_hold_the_arms_side_by_side_with_counts_and_standard_error(desk):
    expected = {"trial": [0, 0], "standing": [0, 0]}
    for number in range(1, 41):
        customer = f"c{number:03d}"
        decision, card = callback(desk, customer, customer)
        trial = card["script"]["trial"]
        if trial["script_id"] != "callback-warm-new":
            continue
        said_yes = number % 3 == 0 or trial["arm"] == "trial"
        outcome = {"decision_id": decision["decision_id"], "action_id": "callback", "outcome": "accepted" if said_yes else "declined"}
        assert desk.post("/v1/outcomes", outcome).status_code == 201
        expected[trial["arm"]][0] += 1
        expected[trial["arm"]][1] += said_yes
    told = desk.get("/v1/insights/trials", "manager").json()["trials"]
    assert [one["script_id"] for one in told] == ["callback-warm-new"]
    for arm, (asked, yes) in expected.items():
        found, rate = told[0][arm], yes / asked
        assert (found["customers"], found["presented"], found["accepted"]) == (asked, asked, yes)
        assert found["acceptance_rate"] == pytest.approx(rate)
        assert found["standard_error"] == pytest.approx(sqrt(rate * (1 - rate) / (asked - 1)))
    assert told[0]["difference"] == pytest.approx(1 - expected["standing"][1] / expected["standing"][0])
    assert told[0]["shown"] is True
    assert desk.get("/v1/insights/trials", "agent").status_code == 403


def test_a_share_over_100_is_refused_with_file_and_line_when_the_draft_is_checked(desk):
    draft_id = desk.post("/v1/playbooks/drafts", {}, "manager").json()["draft_id"]
    name = f"/v1/playbooks/drafts/{draft_id}/files/actions/callback.yaml"
    text = desk.get(name, "manager").json()["text"]
    broken = re.sub("share: 40 %", "share: 140 %", text, count=1)
    line = next(number for number, words in enumerate(broken.splitlines(), 1) if "140" in words)
    headers = {"Authorization": f"Bearer {desk.keys['manager']}"}
    assert desk.client.put(name, json={"text": broken, "revision": 0}, headers=headers).status_code == 200
    checked = desk.post(f"/v1/playbooks/drafts/{draft_id}/validation", {}, "manager").json()
    assert checked["publishable"] is False
    assert [(one["file"].rpartition("/")[2], one["line"]) for one in checked["findings"]] == [("callback.yaml", line)]
    assert "outside 0 .. 100 %" in checked["findings"][0]["message"]
