"""Contact policy: counted outcome x level x channels x window x count -> a pause that ends, and says when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from decision_world import AT, World, action, book, customer, fell, limit, service, shown, told

from playbooks.schema.words import Level
from serving.decision.contact import filled_at, shifted

DAY = timedelta(days=1)
SISTERS = [action("a"), action("sister"), action("other", group="else")]


def seen(*days_ago: float, action_id: str = "a", outcome: str = "presented", **changes):
    return [told(outcome, action_id, ago=ago * DAY, decision_id=f"{action_id}{ago}", **changes) for ago in days_ago]


def decide(history, *policies, **changes):
    return World(book(SISTERS, contact_policies=policies), customer(history=history)).decide(limit=9, **changes)


def test_three_impressions_in_seven_days_are_ten_days_off():
    decision = decide(seen(1, 3, 5), limit())
    assert fell(decision, "a") == ("contact", "tired")
    notice = next(one for one in decision.withheld if one.action_id == "a")
    assert notice.until == AT - DAY + 10 * DAY


def test_two_impressions_or_a_longer_span_are_nothing():
    assert "a" in shown(decide(seen(1, 3), limit()))
    assert "a" in shown(decide(seen(1, 4, 8), limit())), "exactly seven days apart is not within seven days"


def test_the_pause_ends():
    assert "a" in shown(decide(seen(10, 12, 14), limit()))
    assert "a" not in shown(decide(seen(9.9, 12, 14), limit()))


def test_the_sister_of_the_group_is_untouched_at_action_level_and_paused_at_group_level():
    assert "sister" in shown(decide(seen(1, 3, 5), limit()))
    grouped = decide(seen(1, 3, 5), limit(level=Level.GROUP))
    assert fell(grouped, "sister") == ("contact", "tired")
    assert "other" in shown(grouped)


def test_the_whole_kind_is_paused_at_kind_level():
    assert shown(decide(seen(1, 3, 5), limit(level=Level.KIND))) == ["help"]


def test_a_decline_on_wechat_counts_on_the_hotline():
    declined = limit(outcomes=frozenset({"declined"}), count=1)
    assert "a" not in shown(decide(seen(1, outcome="declined", channel="wechat"), declined, channel="voice"))


def test_a_limit_per_channel_counts_and_pauses_that_channel_alone():
    on_voice = seen(1, 2, 3, channel="voice")
    assert "a" in shown(decide(on_voice, limit(one_channel=True), channel="app"))
    assert "a" not in shown(decide(on_voice, limit(one_channel=True), channel="voice"))


def test_shown_twice_in_one_decision_is_one_impression():
    twice = [told("presented", ago=ago * DAY, decision_id="same") for ago in (1, 1.01, 1.02)]
    assert "a" in shown(decide(twice, limit(count=2)))


def test_an_answer_implies_that_it_was_shown():
    answered = seen(1, 2, outcome="declined") + seen(3)
    assert "a" not in shown(decide(answered, limit(count=3)))


def test_what_is_no_marketing_is_never_paused():
    playbook = book([service("callback")], contact_policies=(limit(),))
    assert "callback" in shown(World(playbook, customer(history=seen(1, 2, 3, action_id="callback"))).decide())


def test_of_two_pauses_the_one_that_ends_last_is_told():
    decision = decide(seen(1, 3, 5), limit(policy_id="short", pause=3 * DAY), limit(policy_id="long", pause=30 * DAY))
    assert fell(decision, "a") == ("contact", "long")


def test_the_window_slides():
    times = [AT + days * DAY for days in (0, 6, 8, 20)]
    assert filled_at(times, 2, 7 * DAY, ZoneInfo("UTC")) == AT + 8 * DAY
    assert filled_at(times, 3, 7 * DAY, ZoneInfo("UTC")) is None


def test_days_are_days_of_the_tenants_calendar():
    before_the_clocks_change = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert shifted(before_the_clocks_change, DAY, ZoneInfo("Europe/Berlin")) == datetime(2026, 3, 29, 11, tzinfo=UTC)
    assert shifted(before_the_clocks_change, DAY, ZoneInfo("Asia/Shanghai")) == datetime(2026, 3, 29, 12, tzinfo=UTC)
