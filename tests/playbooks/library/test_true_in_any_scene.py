"""A script says nothing that would be untrue in a scene it may be shown in: its own `when` or its action's policies keep it out of that scene."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from playbooks.expression import Expression
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script

CALM = {"scene.complaint": False, "scene.need": "issue", "scene.sentiment": 0.0, "scene.matter_open": False, "scene.resolved": True}

TRIP = (
    "出行登记",
    "行程登记",
    "出行已登记",
    "报备好",
    "卡已报备",
    "一路顺风",
    "trip is noted",
    "trip is on file",
    "trip registered",
    "card is registered",
)
LOSS = ("挂失好", "锁好了", "丢了卡", "吓得不轻", "losing a card", "quite a fright", "after you reported", "card is safe again")
BILL = (
    "账单给您核",
    "账单核",
    "账单无误",
    "账单的事",
    "账单弄清楚",
    "您问的账单",
    "bill is checked",
    "bill correct",
    "bill is all sorted",
    "asked about",
)
REPAYMENT = ("还款查好", "还款已核实", "还款的事", "还款给您查", "repayment is checked", "looked into your repayment")
COMPLAINT = ("您的投诉", "投诉已受理", "投诉单", "your complaint", "complaint received", "opening a complaint")
LEAVING = (
    "说要走",
    "您要销卡",
    "销卡之前",
    "您想销卡",
    "您别急着销",
    "先别销",
    "before you close",
    "thinking of leaving",
    "like to close your card",
)
SOLVED = (
    "办好",
    "办妥",
    "办完了",
    "处理好",
    "处理完",
    "已处理",
    "问题解决了",
    "事了结了",
    "\ndone",
    "that is done",
    "all done",
    "that is settled",
    "is sorted",
    "is finished",
)
GREETING = ("您好", "hello", "good day")
CALLING_US = ("您打这个电话", "肯打这个电话", "主动打来", "趁您在线", "thank you for calling", "calling us", "you are on the line")
OUR_CALL = ("说一件事就挂", "我是信用卡中心的", "换个时间再打", "this is the card centre", "call another time")


@dataclass(frozen=True)
class Scene:
    """What is known of a talk, and the wordings that would be untrue in it. Whatever is not named may be anything."""

    name: str
    known: Mapping[str, object]
    untrue: tuple[str, ...]


def solved(reason: str, *untrue: tuple[str, ...]) -> Scene:
    known = {**CALM, "talk.direction": "inbound", "scene.contact_reason": reason}
    return Scene(f"{reason} solved", known, sum(untrue, GREETING + OUR_CALL))


OUR_OWN_CALL = {**CALM, "talk.direction": "outbound", "scene.contact_reason": "general"}
SCENES = (
    solved("bill_query", TRIP, LOSS, REPAYMENT, COMPLAINT, LEAVING),
    solved("travel_notice", LOSS, BILL, REPAYMENT, COMPLAINT, LEAVING),
    solved("lost_card", TRIP, BILL, REPAYMENT, COMPLAINT, LEAVING),
    solved("repayment", TRIP, LOSS, BILL, COMPLAINT, LEAVING),
    solved("card_cancel", TRIP, LOSS, BILL, REPAYMENT, COMPLAINT),
    solved("general", TRIP, LOSS, BILL, REPAYMENT, COMPLAINT, LEAVING),
    Scene("a call of ours", OUR_OWN_CALL, SOLVED + TRIP + LOSS + BILL + REPAYMENT + COMPLAINT + LEAVING + CALLING_US),
)


def conditions(playbook: Playbook, action: Action, script: Script) -> Iterator[Expression]:
    yield from (policy.condition for policy in playbook.engagement_policies if policy.target.covers(action))
    if script.when is not None:
        yield script.when


def may_be_shown(playbook: Playbook, action: Action, script: Script, scene: Scene) -> bool:
    """False only where a condition is false whatever else holds; one that waits for a customer's numbers may still be met."""
    read = {**scene.known, **{f"action.{name}": str(getattr(action, name)) for name in ("kind", "group")}}
    return all(condition(read) is not False for condition in conditions(playbook, action, script))


def untrue_words(playbook: Playbook, scene: Scene) -> list[str]:
    """Objections are left out, being said only when the customer raises them, and closings, which follow what has then been done."""
    found = []
    for action in playbook.actions.values():
        for script in action.scripts:
            if may_be_shown(playbook, action, script, scene):
                for step in script.steps:
                    said = "".join(f"\n{text}" for text in (step.text, *step.variants, step.newcomer, step.expert) if text).lower()
                    if step.stage.value not in {"objection", "close"}:
                        found += [f"{step.place}: {word!r}" for word in scene.untrue if word in said]
    return found


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: str(scene.name))
def test_no_script_says_what_is_untrue_in_a_scene_it_may_be_shown_in(scene: Scene, card: Playbook, telecom: Playbook) -> None:
    assert [*untrue_words(card, scene), *untrue_words(telecom, scene)] == []


def test_scripts_kept_for_their_scene_may_say_it(card: Playbook) -> None:
    """The trip's own words stand under `when`, and reach the scene they are for."""
    action = card.actions["travel_insurance"]
    trip = next(script for script in action.scripts if script.script_id == "travel_insurance-warm-trip-zh")
    at_bill, at_trip = SCENES[0], SCENES[1]
    assert not may_be_shown(card, action, trip, at_bill)
    assert may_be_shown(card, action, trip, at_trip)
    assert any(word in step.text for step in trip.steps for word in TRIP)
