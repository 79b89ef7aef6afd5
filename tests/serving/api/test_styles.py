"""What customers answer to a style, and to a wording of it, comes back, counts once, and is shown."""

from pathlib import Path
from shutil import copytree

import pytest


def told(desk) -> dict[str, tuple[int, int]]:
    desk.service.learn_styles()
    body = desk.get("/v1/playbooks/styles", "manager").json()
    return {style["style"]: (style["count"], style["yes"]) for segment in body["segments"] for style in segment["styles"] if style["count"]}


def test_an_answer_counts_for_the_style_it_was_said_in_and_once(desk):
    assert told(desk) == {}
    decision = desk.decide()
    card = decision["actions"][0]
    for outcome in ("accepted", "converted"):
        report = {"decision_id": decision["decision_id"], "action_id": card["action_id"], "outcome": outcome}
        assert desk.post("/v1/outcomes", report).status_code == 201
        assert told(desk) == {card["script"]["style"]: (1, 1)}
    other = desk.decide("another", "c002")
    declined = {"decision_id": other["decision_id"], "action_id": other["actions"][0]["action_id"], "outcome": "declined"}
    assert desk.post("/v1/outcomes", declined).status_code == 201
    counted = told(desk)
    assert (sum(count for count, _ in counted.values()), sum(yes for _, yes in counted.values())) == (2, 1)


def test_without_news_what_was_worked_out_stays(desk):
    decision = desk.decide()
    report = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"], "outcome": "accepted"}
    assert desk.post("/v1/outcomes", report).status_code == 201
    desk.service.learn_styles()
    believed = desk.service.styles.of("default")
    desk.service.learn_styles()
    assert desk.service.styles.of("default") is believed


def test_each_wording_of_a_style_has_its_answers(desk, open_desk, quiet_book, tmp_path):
    cards = (desk.decide(f"t{number}")["actions"][0] for number in range(40))
    said = next(card for card in cards if card["script"]["style_probability"] > 0.5)
    script = next(
        one for one in desk.service.playbook("default").actions[said["action_id"]].scripts if one.script_id == said["script"]["script_id"]
    )
    book = Path(copytree(quiet_book, tmp_path / "book"))
    file = book / "actions" / f"{said['action_id']}.yaml"
    scene = f"    when: {script.when.source}\n" if script.when else ""
    channels = f"    channels: [{', '.join(sorted(script.channels))}]\n" if script.channels else ""
    more = f"  - id: again\n    language: {script.language}\n    style: {script.style}\n{channels}{scene}    steps:\n      - propose: 这个方案我现在就能为您办好，您看行吗？\n"
    file.write_text(file.read_text("utf-8") + more, "utf-8")
    two = open_desk(PLAYCALL_PLAYBOOK=str(book))
    cards = [
        next(card for card in two.decide(f"w{n}", f"c{n:03d}")["actions"] if card["action_id"] == said["action_id"]) for n in range(1, 21)
    ]
    heard = {card["script"]["script_id"] for card in cards if card["script"]["style"] == script.style}
    assert heard == {script.script_id, "again"}
    assert {card["script"]["wording_probability"] for card in cards if card["script"]["style"] == script.style} == {0.5}
    answered = next(n for n, card in enumerate(cards, 1) if card["script"]["script_id"] == "again")
    decision = two.decide(f"w{answered}b", f"c{answered:03d}")
    reported = next(card for card in decision["actions"] if card["action_id"] == said["action_id"])["script"]["script_id"]
    report = {"decision_id": decision["decision_id"], "action_id": said["action_id"], "outcome": "accepted"}
    assert two.post("/v1/outcomes", report).status_code == 201
    two.service.learn_styles()
    (segment,) = two.get("/v1/playbooks/styles", "manager").json()["segments"]
    (group,) = [group for group in segment["wordings"] if "again" in {one["script_id"] for one in group}]
    assert {one["script_id"]: one["yes"] for one in group}[reported] == 1
    assert sum(one["best"] for one in group) == pytest.approx(1)
