"""A customer as those who serve them see them: where they have been on every channel, how they feel, what is off; by role."""

from datetime import timedelta

import pytest

from features.clock import ClockKind
from serving.access.masking import SEES, Section
from serving.access.permissions import ALLOWED, Permission, Role
from serving.records.interactions import find_interaction, standing_moment

PERSONAL = ("age", "occupation", "city", "gender", "income_band", "spend_90d", "education")


@pytest.fixture
def lived(desk):
    """c001 called and looked around in the app; both were sent to us as events."""
    contact = {
        "interaction_id": "i-9",
        "customer_id": "c001",
        "started_at": (desk.clock.at - timedelta(days=2)).isoformat(),
        "channel": "wechat",
    }
    contact |= {"direction": "inbound", "contact_reason": "bill_query", "resolved": False, "sentiment": -0.4}
    seen = {
        "event_id": "e-9",
        "customer_id": "c001",
        "occurred_at": (desk.clock.at - timedelta(hours=1)).isoformat(),
        "channel": "app",
        "event": "view",
    }
    assert desk.post("/v1/events", {"table": "contacts", "rows": [contact]}).status_code == 201
    assert desk.post("/v1/events", {"table": "channel_events", "rows": [seen | {"topic": "instalment"}]}).status_code == 201
    return desk


def test_the_trail_holds_the_last_steps_on_every_channel_the_newest_first(lived):
    page = lived.get("/v1/customers/c001").json()
    steps = [(step["channel"], step["event"], step["topic"]) for step in page["trail"]]
    assert steps == [("app", "view", "instalment"), ("wechat", "contact", "bill_query")]
    assert page["value_tier"] == "gold"
    assert page["channels"]["last_channel"] == "app"
    assert page["service"]["unresolved_90d"] == 1.0
    assert page["mood"]["sentiment_last"] == -0.4


def test_an_unknown_customer_is_a_404_that_names_them(desk):
    answer = desk.get("/v1/customers/nobody-we-know")
    assert answer.status_code == 404
    assert "nobody-we-know" in answer.json()["detail"]


@pytest.mark.parametrize("role", sorted(ALLOWED[Permission.READ_CUSTOMER]))
def test_each_role_sees_its_sections_and_no_other(lived, role):
    page = lived.get("/v1/customers/c001", role=role).json()
    sections = {section.value for section in Section}
    assert set(page) & sections == {section.value for section in SEES[Role(role)]}
    assert set(page["masked"]) == sections - {section.value for section in SEES[Role(role)]}


def test_an_agent_from_outside_sees_what_the_talk_needs_and_no_person_and_no_money(lived):
    answer = lived.get("/v1/customers/c001", role="outsourced_agent")
    assert not [name for name in PERSONAL if f'"{name}"' in answer.text]
    page = answer.json()
    assert page["mood"] in ({"word": "content"}, {"word": "uneasy"}, {"word": "unhappy"})
    assert page["trail"]


def test_what_was_declined_on_one_channel_is_off_until_a_time_on_all(desk):
    decision = desk.decide(limit=10)
    sold = next(card for card in decision["actions"] if card["kind"] in {"sell", "reactivate", "educate"})
    assert not [one for one in desk.get("/v1/customers/c001").json()["suppressions"] if one["action_id"] == sold["action_id"]]
    desk.post("/v1/outcomes", {"decision_id": decision["decision_id"], "action_id": sold["action_id"], "outcome": "declined"})
    off = [one for one in desk.get("/v1/customers/c001").json()["suppressions"] if one["action_id"] == sold["action_id"]]
    assert off, "a decline pauses the action"
    assert off[0]["until"] > desk.clock.at.isoformat()
    fallen = next(fall for fall in desk.decide("next", channel="wechat", limit=10)["withheld"] if fall["action_id"] == sold["action_id"])
    assert (fallen["policy_id"], fallen["until"]) == (off[0]["policy_id"], off[0]["until"])


def test_never_again_is_off_for_good_on_every_channel(desk):
    decision = desk.decide(limit=10)
    sold = next(card for card in decision["actions"] if card["kind"] in {"sell", "reactivate", "educate"})
    desk.post("/v1/outcomes", {"decision_id": decision["decision_id"], "action_id": sold["action_id"], "outcome": "opted_out"})
    off = next(one for one in desk.get("/v1/customers/c001").json()["suppressions"] if one["action_id"] == sold["action_id"])
    assert off["until"] is None
    assert set(off["channels"]) == set(desk.service.playbook("default").channels)
    assert desk.clock.kind is ClockKind.NOW


def test_a_talk_of_an_agent_from_outside_stays_one_when_signals_change_the_advice(desk):
    body = {"interaction_id": "outside", "customer_id": "c001", "channel": "voice", "scene": {"resolved": True}}
    assert desk.post("/v1/decisions", body, role="outsourced_agent").status_code == 200
    row = find_interaction(desk.service.store, "default", "outside")
    assert standing_moment(row, desk.clock.at, frozenset()).agent.outside
    desk.decide("inside")
    row = find_interaction(desk.service.store, "default", "inside")
    assert not standing_moment(row, desk.clock.at, frozenset()).agent.outside


def test_an_agent_from_outside_reads_a_talk_of_somebody_else_without_its_words(desk):
    scene = {"resolved": True, "utterances": [{"speaker": "customer", "text": "我叫王小明"}]}
    ours = desk.decide("ours", scene=scene)
    theirs = desk.post(
        "/v1/decisions", {"interaction_id": "t", "customer_id": "c001", "channel": "voice", "scene": scene}, role="outsourced_agent"
    )
    foreign = desk.get(f"/v1/decisions/{ours['decision_id']}", role="outsourced_agent")
    assert "王小明" not in foreign.text
    assert [card["action_id"] for card in foreign.json()["actions"]] == [card["action_id"] for card in ours["actions"]]
    assert not any(card["script"]["steps"] for card in foreign.json()["actions"])
    assert desk.get(f"/v1/decisions/{theirs.json()['decision_id']}", role="outsourced_agent").content == theirs.content
