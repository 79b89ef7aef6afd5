"""An action with a goal is held back from a share of customers by chance, where it would have had a card, and nowhere else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from decision_world import AT, NO_EXPERIMENT, World, action, book, fell, policy, shown
from test_incremental_arbitration import FREE, GOAL, HELD, PEOPLE, world

from playbooks.schema.words import PolicyStage
from serving.decision.incremental import in_holdout
from serving.decision.record import HeldBack


def test_the_share_is_kept_stable_and_a_wider_one_lets_nobody_out():
    held = {}
    for share in (0.1, 0.3):
        asked = world(replace(GOAL, holdout=share))
        held[share] = {who for who in PEOPLE if "a" not in shown(asked.decide(customer_id=who))}
        assert len(held[share]) / len(PEOPLE) == pytest.approx(share, abs=0.03)
        assert held[share] == {who for who in PEOPLE if "a" not in shown(asked.decide(customer_id=who, at=AT + timedelta(days=70)))}
    assert held[0.1] < held[0.3]


def test_every_action_is_held_back_from_people_of_its_own():
    both = sum(in_holdout("a", who, 0.3) and in_holdout("b", who, 0.3) for who in PEOPLE)
    assert both / len(PEOPLE) == pytest.approx(0.09, abs=0.02)


def test_it_says_why_and_the_others_move_up():
    decision = world().decide(customer_id=HELD)
    assert shown(decision) == ["b", "help"]
    assert fell(decision, "a") == ("holdout", "holdout")
    assert next(fall for fall in decision.withheld if fall.action_id == "a").share == 0.3
    assert [card.rank for card in decision.actions] == [1, 2]
    card = world().decide(customer_id=FREE).actions[0]
    assert (card.action_id, card.incremental.holdout, card.incremental.uplift) == ("a", 0.3, None)


def test_who_would_have_had_no_card_is_no_control():
    """Held back beside another rule, or outranked, tells nothing of what a card does."""
    poor = World(book([action("a", incremental=GOAL, value=1.0), action("b")])).decide(customer_id=HELD, limit=1)
    assert (shown(poor), poor.withheld) == (["b"], ())
    ruled = World(book([action("a", incremental=GOAL), action("b")], engagement_policies=(policy("talk.channel == 'voice'"),)))
    assert "a" not in [fall.action_id for fall in ruled.decide(customer_id=HELD).withheld if isinstance(fall, HeldBack)]


def test_no_bundle_brings_it_in_by_the_back_door():
    fixed = action("both", members=("a", "b"), value=500.0)
    asked = World(book([action("a", incremental=GOAL), action("b"), fixed, action("c")]))
    decision = asked.decide(customer_id=HELD, limit=1)
    assert (shown(decision), fell(decision, "both")) == (["b"], ("holdout", "holdout"))
    assert not isinstance(next(fall for fall in decision.withheld if fall.action_id == "both"), HeldBack), (
        "a bundle is no moment of its part"
    )
    assert shown(asked.decide(customer_id=FREE, limit=1)) == ["both"]
    cheap = World(book([action("a", incremental=GOAL, value=50.0), action("b"), action("c")])).decide(customer_id=HELD, limit=2)
    assert cheap.bundle.action_ids == ("b", "c", "help")


def test_the_fallback_answers_when_nothing_else_is_left():
    only_sales = policy("action.kind == 'sell'", stage=PolicyStage.APPLICABILITY)
    alone = World(book([action("a", incremental=GOAL)], engagement_policies=(only_sales,)))
    assert shown(alone.decide(customer_id=FREE)) == ["a"]
    decision = alone.decide(customer_id=HELD)
    assert fell(decision, "a")[0] == "holdout"
    assert [(card.action_id, card.reasons[0].code) for card in decision.actions] == [("help", "fallback")]


def test_the_draw_by_chance_stays_a_draw():
    """With exploration the held-back action falls only in the talks in which the draw gave it the card."""
    everywhere = replace(NO_EXPERIMENT, exploration_share=1.0)
    asked = World(book([action("a", incremental=GOAL, value=1.0), action("b")], experiment=everywhere))
    fallen = sum(bool(asked.decide(customer_id=HELD, limit=1).withheld) for _ in range(600))
    assert fallen / 600 == pytest.approx(1 / 3, abs=0.06)
