"""From decisions to a list: no useless contact, a fair control group, every row says who, what, where and when."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hand_made import card, decision

from playbooks.load import default_book, load_playbook
from serving.outbound.campaign import as_table, campaign
from serving.outbound.canvass import Canvass, Terms, slots_after
from serving.outbound.kept import Kept
from serving.outbound.options import CHUNK, options_of
from serving.outbound.plan import Limits
from training.reach import PARTS, Reach

RUN = "dec_0123456789ab0123456789abcdef0123"
ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 6, 1, 8, tzinfo=ZONE)
BOOK = load_playbook(default_book())
TERMS = Terms(("voice", "sms"), frozenset(), 0.1, 6.0)


def _reach(people: int, chance: float = 0.5) -> Reach:
    return Reach(tuple(f"c{n}" for n in range(people)), ("voice", "sms"), np.full((people, 2, len(PARTS)), chance), frozenset())


def _make(decide, people: int = 3, *, chance: float = 0.5, terms: Terms = TERMS, control: float = 0.0, name: str = "may"):
    def decide_all(tenant, moments):
        return [replace(decide(one), decision_id=made) for made, one in moments.items()]

    found = options_of(decide_all, _canvass(people, chance, terms))
    return campaign(found, Kept(), limits=Limits(), name=name, control=control)


def _canvass(people: int, chance: float = 0.5, terms: Terms = TERMS, run: str = RUN) -> Canvass:
    return Canvass(BOOK, _reach(people, chance), terms, slots_after(AT, 1), "t", run)


def test_every_row_says_who_what_where_when_and_in_which_words():
    made = _make(lambda moment: decision(moment, card("wake", priority=20.0)))
    table = as_table(made)
    assert table.num_rows == 3
    row = table.to_pylist()[0]
    assert (row["customer_id"], row["group"], row["action_id"], row["words"]) == ("c0", "contact", "wake", "Shall we?")
    assert row["channel"] == "sms"  # the same reach for less money
    assert row["contact_at"].astimezone(ZONE).hour in {10, 15, 19}


def test_a_contact_that_reaches_nobody_or_is_not_worth_its_cost_falls():
    assert _make(lambda moment: decision(moment, card(priority=20.0)), chance=0.05).contacted == ()
    assert _make(lambda moment: decision(moment, card(priority=-1.0))).contacted == ()


def test_the_fallback_is_no_reason_to_call_somebody():
    assert _make(lambda moment: decision(moment, card(code="fallback", priority=50.0))).contacted == ()


def test_only_wanted_kinds_are_proposed():
    both = Terms(("voice", "sms"), frozenset({"reactivate"}), 0.1, 6.0)
    made = _make(lambda moment: decision(moment, card("loan", kind="sell", priority=90.0), card("wake", priority=20.0)), terms=both)
    assert {one.action_id for one in made.contacted} == {"wake"}


def test_the_control_group_is_stable_and_like_the_others_in_everything_but_the_contact():
    def decide(moment):
        return decision(moment, card(priority=20.0))

    one, again, wider, other = (
        _make(decide, 400, control=share, name=name) for share, name in [(0.1, "may"), (0.1, "may"), (0.3, "may"), (0.1, "june")]
    )
    held = {one.customer_id for one in one.held_back}
    assert 20 <= len(held) <= 60
    assert held == {two.customer_id for two in again.held_back}
    assert held < {two.customer_id for two in wider.held_back}
    assert held != {two.customer_id for two in other.held_back}
    assert len(one.held_back) + len(one.contacted) == 400
    groups = as_table(one)["group"].to_pylist()
    assert groups.count("control") == len(held)


def test_the_limits_of_a_decision_are_those_of_the_time_of_the_contact():
    asked = []

    def decide(moment):
        asked.append(moment)
        return decision(moment)

    _make(decide, 1)
    assert {(moment.direction, moment.channel) for moment in asked} == {("outbound", "voice"), ("outbound", "sms")}
    assert all(moment.at >= AT for moment in asked)


@pytest.mark.parametrize(("hour", "first"), [(8, ("morning", 0)), (12, ("afternoon", 0)), (21, ("morning", 1))])
def test_parts_of_the_day_that_have_begun_are_over(hour, first):
    slots = slots_after(AT.replace(hour=hour), 2)
    assert (slots[0].part, slots[0].day) == first
    assert len(slots) == 6
    assert [slot.starts for slot in slots] == sorted(slot.starts for slot in slots)


def test_ids_follow_from_the_run_and_the_moment_and_are_nobody_elses():
    asked: dict[str, object] = {}

    def decide_all(tenant, moments):
        assert not set(asked) & set(moments)
        asked.update(moments)
        return [decision(one) for one in moments.values()]

    def ids(run: str) -> set[str]:
        asked.clear()
        assert len(list(options_of(decide_all, _canvass(CHUNK + 3, run=run)))) == CHUNK + 3
        return set(asked)

    first, other = ids(RUN), ids("dec_0123456789ab" + "0" * 20)
    assert len(first) == 2 * (CHUNK + 3)
    assert first == ids(RUN)
    assert not first & other
    assert {(len(one), one[:16]) for one in first} == {(len(RUN), RUN[:16])}
