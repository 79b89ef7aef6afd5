"""What an action promises is checked by its policies before it is shown, and a close says nothing is done that may still be refused."""

import pytest

from playbooks.schema.playbook import Playbook
from playbooks.schema.words import Stage

CALM = {
    "customer.marketing_consent": 1,
    "customer.opted_out": 0,
    "customer.tenure_days": 900,
    "customer.spend_trend": 0.0,
    "scene.complaint": False,
    "scene.matter_open": False,
    "scene.need": "issue",
    "scene.sentiment": 0.0,
    "talk.channel": "voice",
    "talk.direction": "inbound",
}
UNHAPPY = {"scene.need": "emotion", "scene.sentiment": -0.5, "scene.matter_open": True}


def allowed(playbook: Playbook, action_id: str, read: dict[str, object]) -> bool:
    """Whether every policy for this action is met in this talk."""
    action = playbook.actions[action_id]
    known = {**CALM, **{f"action.{name}": str(getattr(action, name)) for name in ("kind", "group")}, **read}
    return all(policy.condition(known) is True for policy in playbook.engagement_policies if policy.target.covers(action))


POINTS = {"scene.contact_reason": "points_query", "customer.value_tier": "gold"}
LATE = {"scene.contact_reason": "repayment", "customer.fee_count_365d": 1, **UNHAPPY}
FEE = {"scene.contact_reason": "fee_dispute"}
PROMISES = [
    ("card", "points_extension", POINTS, {"facts.points_expiring": 1200}, {"facts.points_expiring": 0}),
    ("card", "points_mall", {}, {"facts.points_balance": 8000}, {"facts.points_balance": 0, "customer.spend_365d": 9000}),
    ("card", "points_mall", {}, {"customer.spend_365d": 9000}, {"customer.spend_365d": 0}),
    ("card", "late_fee_refund", LATE, {"facts.fee_kind": "late_fee"}, {"facts.fee_kind": "annual_fee"}),
    ("card", "late_fee_refund", {**LATE, "facts.fee_kind": "late_fee"}, {"customer.fee_count_365d": 2}, {"customer.fee_count_365d": 3}),
    ("card", "fee_waiver", FEE, {"facts.fee_kind": "annual_fee"}, {"facts.fee_kind": "late_fee"}),
    ("card", "fee_waiver", {"facts.fee_kind": "annual_fee"}, {"customer.spend_trend": -0.6}, {"customer.spend_trend": 0.1}),
    ("card", "stay_offer", {}, {"customer.spend_trend": -0.6}, {"customer.spend_trend": 0.1}),
    (
        "telecom",
        "outage_credit",
        {"scene.contact_reason": "complaint"},
        {"facts.hours_without_network": 5},
        {"facts.hours_without_network": 1},
    ),
]


@pytest.mark.parametrize(("book", "action_id", "talk", "holds", "fails"), PROMISES)
def test_an_action_is_shown_only_where_what_it_promises_holds(
    request: pytest.FixtureRequest, book: str, action_id: str, talk: dict, holds: dict, fails: dict
) -> None:
    playbook: Playbook = request.getfixturevalue(book)
    assert allowed(playbook, action_id, {**talk, **holds})
    assert not allowed(playbook, action_id, {**talk, **fails})


@pytest.mark.parametrize(
    ("book", "action_id", "talk"),
    [
        ("card", "points_extension", POINTS),
        ("card", "points_mall", {}),
        ("card", "late_fee_refund", LATE),
        ("card", "fee_waiver", FEE),
        ("telecom", "outage_credit", {"scene.contact_reason": "complaint", "scene.complaint": True, **UNHAPPY}),
        ("telecom", "outage_credit", {"scene.contact_reason": "no_network", **UNHAPPY}),
    ],
)
def test_nothing_is_promised_where_nobody_knows(request: pytest.FixtureRequest, book: str, action_id: str, talk: dict) -> None:
    assert not allowed(request.getfixturevalue(book), action_id, talk)


FINISHED = (
    "办好了",
    "办好啦",
    "办完了",
    "锁好了",
    "停好了",
    "设好了",
    "约好了",
    "已停",
    "已办",
    "已设",
    "已通知",
    "已发",
    "已短信",
    "搞定",
)
FINISHED_EN = ("done", "all set", "it is locked", "it is booked", "blocked;", "it is blocked", "sorted", "a text is out", "is set at")


@pytest.mark.parametrize("book", ["card", "telecom"])
def test_no_close_says_it_is_done_since_the_customer_may_have_said_no(request: pytest.FixtureRequest, book: str) -> None:
    """`once it is done` and its like promise, they do not claim."""
    playbook: Playbook = request.getfixturevalue(book)
    closes = [
        (step.place, text)
        for action in playbook.actions.values()
        for script in action.scripts
        for step in script.steps
        if step.stage is Stage.CLOSE
        for text in (step.text, *step.variants, step.newcomer, step.expert)
        if text
    ]
    closes += [(one.place, one.text) for one in playbook.closings]
    assert len(closes) > 100
    promised = ("once", "as soon as", "when it is", "not done", "undone")
    found = [(place, text) for place, text in closes if any(word in text for word in FINISHED)]
    found += [
        (place, text)
        for place, text in closes
        if any(word in text.lower() for word in FINISHED_EN) and not any(word in text.lower() for word in promised)
    ]
    assert not found
